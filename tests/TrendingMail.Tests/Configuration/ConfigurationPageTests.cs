using Microsoft.Extensions.Configuration;
using TrendingMail.Tests.Golden;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Configuration;

/// <summary>docs/configuration.md. To renew it, run these tests with <c>ACCEPT_GOLDEN=1</c>.</summary>
public sealed class ConfigurationPageTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "docs", "configuration.md");

    private static IEnumerable<Setting> AllSettings => SettingsSection.All.SelectMany(section => section.Settings);

    public static TheoryData<string> Ranges =>
        [.. AllSettings.Where(setting => setting.Range is not null).Select(setting => setting.Key)];

    [Fact]
    public void ThePageIsCurrent() => GoldenFile.Verify(Page, ConfigurationPage.Create());

    [Fact]
    public void EverySettingHasAMeaningAndSaysWhatItAccepts() => Assert.All(AllSettings, setting =>
    {
        Assert.True(ConfigurationPage.Meaning(setting).Length > 0, $"{setting.Key} has no doc comment");
        Assert.True(
            ConfigurationPage.Accepted(setting).Length > 0, $"{setting.Key} has neither a range nor a value element");
    });

    [Fact]
    public void EveryKeyThatIsBoundIsOnThePage()
    {
        var page = File.ReadAllText(Page);
        var recording = new RecordingConfiguration();
        new ConfigurationBuilder().Add(recording).Build().Get<Settings>();

        var bound = recording.Keys.Where(IsSetting).ToArray();

        Assert.Contains("Mail:Smtp:0:Host", bound);
        Assert.Contains("Retention:PendingDays", bound);
        Assert.All(bound.Where(key => !bound.Any(other => other.StartsWith($"{key}:", StringComparison.Ordinal))),
            key => Assert.Contains($"| `{SettingsSection.Document(key)}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryBundledKeyIsOnThePage()
    {
        var page = File.ReadAllText(Page);
        var bundled = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "appsettings.json")).Build();

        Assert.All(bundled.AsEnumerable().Where(pair => !string.IsNullOrEmpty(pair.Value)),
            pair => Assert.Contains($"| `{SettingsSection.Document(pair.Key)}` |", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void AValueOutsideTheDocumentedRangeIsRejected(string key)
    {
        var range = AllSettings.Single(setting => setting.Key == key).Range!;
        var value = range.OrZero is null ? range.Minimum - 1 : -1;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, $"{value}")]).Build();

        var error = Assert.Throws<TrendingMailException>(() => Settings.Load(configuration, "/home"));

        Assert.Contains($"Setting {key} is {value}; give {range}.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Whether the key can be set: the binder also asks for computed properties.</summary>
    private static bool IsSetting(string key) => !ConfigurationValidator.Validate(
        new ConfigurationBuilder().AddInMemoryCollection([new(key, "x")]).Build(), typeof(Settings))
        .Any(error => error.StartsWith($"{key} is unknown;", StringComparison.Ordinal));
}
