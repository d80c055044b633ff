using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace TrendingMail.Tests.Configuration;

/// <summary>
/// Records the keys for which a value is read. It has the sections of <see cref="SettingsSection"/>, with one entry in
/// each list; the key of any other section is recorded like that of a value.
/// </summary>
internal sealed class RecordingConfiguration : IConfigurationSource, IConfigurationProvider
{
    private readonly SortedSet<string> keys = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlySet<string> Keys => keys;

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public bool TryGet(string key, out string? value)
    {
        keys.Add(key);
        value = null;
        return false;
    }

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
        SettingsSection.All.SelectMany(section => section.Settings)
            .Where(setting => setting.Key.StartsWith(Prefix(parentPath), StringComparison.Ordinal))
            .Select(setting => setting.Key[Prefix(parentPath).Length..].Split(':')[0])
            .Concat(earlierKeys).Distinct();

    public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

    public void Load()
    {
    }

    public void Set(string key, string? value) => throw new NotSupportedException();

    private static string Prefix(string? parentPath) => parentPath is null ? "" : $"{parentPath}:";
}
