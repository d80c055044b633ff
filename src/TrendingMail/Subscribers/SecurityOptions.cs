namespace TrendingMail.Subscribers;

/// <summary>Settings of section <c>Security</c>.</summary>
public sealed record SecurityOptions
{
    /// <summary>
    /// The file with the keys that sign readers' links, made at the first start. Keep it in backups: without it no link
    /// in a mail that was sent works any more.
    /// </summary>
    public string KeyRing { get; init; } = "data/keys.json";

    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(KeyRing))
        {
            yield return "Security:KeyRing is empty; give the path of a file such as 'data/keys.json'.";
        }
    }
}
