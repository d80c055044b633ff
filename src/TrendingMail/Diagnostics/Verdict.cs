namespace TrendingMail.Diagnostics;

/// <summary>How a check judges what it found.</summary>
public enum Verdict
{
    Good,

    /// <summary>Works now, and is likely to cause trouble.</summary>
    Warn,

    /// <summary>Mail is lost, refused or filed as spam, or data is at risk.</summary>
    Bad,

    /// <summary>The check could not be made; the text says why.</summary>
    Unknown,
}
