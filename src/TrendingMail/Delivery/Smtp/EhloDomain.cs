using System.Globalization;
using System.Net.NetworkInformation;

namespace TrendingMail.Delivery.Smtp;

/// <summary>The name by which this machine introduces itself in EHLO (RFC 5321 section 4.1.1.1).</summary>
internal static class EhloDomain
{
    private static readonly IdnMapping Idn = new();

    public static string Local { get; } = FromHostName(IPGlobalProperties.GetIPGlobalProperties().HostName);

    /// <summary>Makes a host name acceptable to servers, which reject underscores and non-ASCII letters.</summary>
    public static string FromHostName(string hostName)
    {
        var name = hostName.Replace('_', '-');
        try
        {
            return Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            var ascii = string.Concat(name.Where(char.IsAscii));
            return ascii.Length > 0 ? ascii : "localhost";
        }
    }
}
