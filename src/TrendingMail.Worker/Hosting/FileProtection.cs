using TrendingMail.Delivery.Outbox;
using TrendingMail.Links;
using TrendingMail.Scheduling;
using TrendingMail.Storage;

namespace TrendingMail.Worker.Hosting;

/// <summary>
/// Takes access to existing files with personal data or links from everybody but this user. New ones are private from
/// the start: see <see cref="PrivateFiles"/>.
/// </summary>
internal sealed class FileProtection(
    IDialect database, QuartzStore schedule, KeyStore keys, OutboxFolder outbox, ILogger<FileProtection> logger)
{
    public void Narrow()
    {
        string[] files = [.. database.Files, .. schedule.Files, .. keys.Files, .. outbox.Files];
        foreach (var folder in files.GroupBy(Path.GetDirectoryName))
        {
            try
            {
                if (folder.Where(file => PrivateFiles.Narrow(file) is not null).ToArray() is [var first, ..] narrowed)
                {
                    logger.LogInformation("Took access to {Path} and {Count} other files beside it from other users, " +
                        "because they hold personal data or links.", first, narrowed.Length - 1);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning("Other users may read {Path}, and its mode cannot be changed: {Fault} Set it to " +
                    "0600 (files) and 0700 (folders).", folder.Key, e.Message);
            }
        }
    }
}
