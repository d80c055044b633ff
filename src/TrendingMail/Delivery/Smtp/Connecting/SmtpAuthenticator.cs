using System.Net.Security;
using System.Runtime.ExceptionServices;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace TrendingMail.Delivery.Smtp.Connecting;

/// <summary>Logs in to a server with the configured mechanism, or the strongest that it offers (RFC 4954).</summary>
internal static class SmtpAuthenticator
{
    /// <param name="stream">The stream that the client uses; its TLS channel is what SCRAM-PLUS binds to.</param>
    /// <exception cref="AuthenticationException">The server rejected the login.</exception>
    public static Task AuthenticateAsync(
        SmtpClient client, Stream stream, SmtpOptions server, CancellationToken cancellationToken)
    {
        // Read at each login, so that a new password or token needs no restart.
        var secret = server.PasswordFile.Length > 0
            ? File.ReadLines(server.PasswordFile).FirstOrDefault("")
            : server.Password;
        return CreateMechanism(server.Authentication, server.UserName, secret) is { } mechanism
            ? client.AuthenticateAsync(mechanism, cancellationToken)
            : UseStrongestAsync(client, stream as SslStream, server.UserName, secret, cancellationToken);
    }

    private static SaslMechanism? CreateMechanism(SmtpAuthentication authentication, string userName, string secret) =>
        authentication switch
        {
            SmtpAuthentication.Plain => new SaslMechanismPlain(userName, secret),
            SmtpAuthentication.Login => new SaslMechanismLogin(userName, secret),
            SmtpAuthentication.ScramSha1 => new SaslMechanismScramSha1(userName, secret),
            SmtpAuthentication.ScramSha256 => new SaslMechanismScramSha256(userName, secret),
            SmtpAuthentication.XOAuth2 => new SaslMechanismOAuth2(userName, secret),
            _ => null,
        };

    /// <summary>
    /// Tries SCRAM with channel binding, then what MailKit ranks highest. MailKit binds only to TLS of its own making,
    /// so it must not try the PLUS mechanisms itself.
    /// </summary>
    private static async Task UseStrongestAsync(
        SmtpClient client, SslStream? tls, string userName, string secret, CancellationToken cancellationToken)
    {
        var binding = tls is null ? null : ScramPlusMechanism.ReadChannelBinding(tls);
        AuthenticationException? rejection = null;
        foreach (var (plain, plus, hash) in ScramPlusMechanism.StrongestFirst)
        {
            if (!client.AuthenticationMechanisms.Remove(plus) || binding is null)
            {
                continue;
            }

            // Falling back to the form without channel binding would help someone in the middle.
            client.AuthenticationMechanisms.Remove(plain);
            try
            {
                var mechanism = new ScramPlusMechanism(plus, hash, userName, secret, binding);
                await client.AuthenticateAsync(mechanism, cancellationToken);
                return;
            }
            catch (AuthenticationException e)
            {
                rejection = e;
            }
        }

        try
        {
            await client.AuthenticateAsync(userName, secret, cancellationToken);
        }
        catch (NotSupportedException) when (rejection is not null)
        {
            ExceptionDispatchInfo.Throw(rejection);
        }
    }
}
