using TrendingMail.Messages.Dkim;

namespace TrendingMail.Diagnostics.Dns.Dkim;

/// <summary>A DKIM key and the record that publishes it.</summary>
/// <param name="KeyFile">The file with the private key.</param>
/// <param name="Name">The name of the record, such as <c>s1._domainkey.example.org</c>.</param>
/// <param name="Record">The text of the record, in one piece.</param>
/// <param name="ZoneLine">The record as a line of a zone file, in strings of at most 255 characters.</param>
public sealed record DkimPublication(
    string Domain, string Selector, DkimAlgorithm Algorithm, string KeyFile, string Name, string Record,
    string ZoneLine);
