using System.CommandLine;
using System.Globalization;
using TrendingMail.Diagnostics.Dns.Dkim;
using TrendingMail.Messages;
using TrendingMail.Messages.Dkim;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Worker.Commands.Doctor;

/// <summary><c>dkim create|show</c>: the keys that sign mail, and the records that publish them.</summary>
internal static class DkimCommand
{
    private static readonly Argument<string> NewSelector = new("SELECTOR")
    {
        Description = "A name for the key, such as s1; a new key needs a new one",
    };

    private static readonly Argument<string[]> Selectors = new("SELECTOR")
    {
        Description = "The keys to show; all of Mail:Dkim by default",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string?> Domain = new("--domain")
    {
        Description = "The signing domain (default: that of Mail:From)",
        HelpName = "DOMAIN",
    };

    private static readonly Option<string?> KeyFile = new("--file")
    {
        Description = "The file for the private key (default: dkim/SELECTOR.pem)",
        HelpName = "FILE",
    };

    private static readonly Option<DkimAlgorithm> Algorithm =
        CommonOptions.Choice<DkimAlgorithm>("--algorithm", "RSA of 2048 bits (the default), or Ed25519");

    public static Command Create() => new("dkim", "Manage the keys that sign mail (DKIM)")
    {
        CommandRun.VerbWithoutMigration(
            "create", "Create a key, and print the DNS record that publishes it",
            [NewSelector, Domain, Algorithm, KeyFile], CreateAsync),
        CommandRun.VerbWithoutMigration(
            "show", "Print the DNS records of the configured keys", [Selectors], ShowAsync),
    };

    private static Task<int> CreateAsync(CommandRun run)
    {
        var selector = run.Value(NewSelector);
        var file = Path.GetFullPath(
            run.Value(KeyFile) ?? DkimKeyService.DefaultFile(selector), ApplicationPaths.WorkingDirectory);
        var key = run.Get<DkimKeyService>().Create(selector, run.Value(Domain), run.Value(Algorithm), file);
        var index = run.Get<SenderOptions>().Dkim.Count.ToString(CultureInfo.InvariantCulture);
        run.Print(
            key,
            [
                $"Created the private key {key.KeyFile}, which only this user can read. Publish this record:",
                "",
                key.ZoneLine,
                "",
                "When DNS has it, let the program sign with the key:",
                "",
                $"export Mail__Dkim__{index}__Domain={key.Domain}",
                $"export Mail__Dkim__{index}__Selector={key.Selector}",
                $"export Mail__Dkim__{index}__KeyFile={key.KeyFile}",
                $"export Mail__Dkim__{index}__Algorithm={key.Algorithm}",
                "",
                "Then check both with 'doctor --online dns-dkim'.",
            ]);
        return Task.FromResult(CommandRun.Done);
    }

    private static Task<int> ShowAsync(CommandRun run)
    {
        var keys = run.Get<DkimKeyService>().Show(run.Value(Selectors));
        run.Print(keys, keys.Select(key => key.ZoneLine));
        return Task.FromResult(CommandRun.Done);
    }
}
