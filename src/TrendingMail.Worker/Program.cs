using System.CommandLine;
using TrendingMail;
using TrendingMail.Worker.Commands;
using TrendingMail.Worker.Commands.Digests;
using TrendingMail.Worker.Commands.Papers;
using TrendingMail.Worker.Commands.Storage;
using TrendingMail.Worker.Commands.Subscribers;
using TrendingMail.Worker.Hosting;

var root = new RootCommand(
    "Trending research papers by email: collects and publishes them, and mails each subscriber a daily digest.")
{
    CommandRun.JsonOption,
    RunCommand.Create(),
    PapersCommand.Create(),
    EditionCommand.Create(),
    SubscribersCommand.Create(),
    SuppressionsCommand.Create(),
    DigestCommand.Create(),
    SendTestCommand.Create(),
    InboundCommand.Create(),
    DbCommand.Create(),
    KeysCommand.Create(),
};
root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
root.SetAction((_, stop) => RunCommand.RunAsync(Role.All, stop));

var arguments = root.Parse(args);
if (arguments.Errors.Count > 0)
{
    foreach (var error in arguments.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    Console.Error.WriteLine("Run with --help for usage.");
    return CommandRun.WrongUsage;
}

try
{
    return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (TrendingMailException e)
{
    Console.Error.WriteLine(e.Message);
    return CommandRun.Failed;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Canceled before completion.");
    return CommandRun.Failed;
}
