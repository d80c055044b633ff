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
    /// <summary>The signing domain: that of <c>Mail:From</c>, so that DMARC passes.</summary>
    /// <value>a domain</value>
    public string Domain { get; init; } = "";

    /// <summary>The selector under which the public key is published: <c>selector._domainkey.domain</c>.</summary>
    /// <value>a DNS label</value>
    public string Selector { get; init; } = "";

    /// <summary>The file with the private key, PEM.</summary>
    /// <value>a path</value>
    public string KeyFile { get; init; } = "";

    /// <summary>The algorithm of the signature.</summary>
    public DkimAlgorithm Algorithm { get; init; } = DkimAlgorithm.RsaSha256;
}
