using System.CommandLine;
using TrendingMail.Worker.Commands;
using TrendingMail.Worker.Commands.Digests;
using TrendingMail.Worker.Commands.Doctor;
using TrendingMail.Worker.Commands.Papers;
using TrendingMail.Worker.Commands.Storage;
using TrendingMail.Worker.Commands.Subscribers;
using TrendingMail.Worker.Hosting;
using TrendingMail.Worker.Terminal;

Console.SetError(new EscapingWriter(Console.Error));
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
    DoctorCommand.Create(),
    DkimCommand.Create(),
    DbCommand.Create(),
    KeysCommand.Create(),
};
root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
root.SetAction((_, stop) => RunCommand.RunAsync(Role.All, stop));

return await CommandLine.RunAsync(root, args);
