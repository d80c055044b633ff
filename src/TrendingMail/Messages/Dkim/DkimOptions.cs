namespace TrendingMail.Messages.Dkim;

/// <summary>The algorithm of a DKIM signature.</summary>
public enum DkimAlgorithm
{
    /// <summary>rsa-sha256, RFC 6376.</summary>
    RsaSha256,

    /// <summary>ed25519-sha256, RFC 8463.</summary>
    Ed25519Sha256,
}

/// <summary>Settings of one entry of <c>Mail:Dkim</c>: a signature added to every message.</summary>
public sealed record DkimOptions
{
    public string Domain { get; init; } = "";

    public string Selector { get; init; } = "";

    /// <summary>The private key, PEM.</summary>
    public string KeyFile { get; init; } = "";

    public DkimAlgorithm Algorithm { get; init; } = DkimAlgorithm.RsaSha256;
}
