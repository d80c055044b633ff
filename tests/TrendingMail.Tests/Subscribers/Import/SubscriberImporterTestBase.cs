using System.Text;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Import;
using TrendingMail.Subscribers.Import.Files;
using TrendingMail.Subscribers.Import.Persistence;
using TrendingMail.Subscribers.Retention;
using TrendingMail.Tests.Links;
using TrendingMail.Tests.Storage;

namespace TrendingMail.Tests.Subscribers.Import;

/// <summary>Imports lists, and remembers what was reported and requested.</summary>
public abstract class SubscriberImporterTestBase(DatabaseFixture fixture) : StorageTests(fixture)
{
    protected List<LineProblem> Problems { get; } = [];

    protected List<(long SubscriberId, long Event)> ConfirmationRequests { get; } = [];

    protected ErasedAddressStore Erased => new(TestKeys.Ring(1), Clock);

    protected Task<ImportReport> ImportAsync(
        string list, bool confirmed = true, bool dryRun = false, string? fingerprint = null, bool isJson = false,
        IProgress<ImportProgress>? progress = null, CancellationToken? stop = null) =>
        ImportAsync(new MemoryStream(Encoding.UTF8.GetBytes(list)), confirmed, dryRun, fingerprint, isJson,
            progress, stop);

    protected Task<ImportReport> ImportAsync(
        Stream list, bool confirmed = true, bool dryRun = false, string? fingerprint = null, bool isJson = false,
        IProgress<ImportProgress>? progress = null, CancellationToken? stop = null) =>
        new SubscriberImporter(Database, Engine<ImportStoreFactory>(), Erased, (_, subscriberId, consent) =>
        {
            ConfirmationRequests.Add((subscriberId, consent));
            return Task.CompletedTask;
        }, Clock).RunAsync(
            new ImportFile(list, new ImportFileOptions { IsJson = isJson }),
            new ImportOptions
            {
                Defaults = new Preferences(), Name = "subscribers.csv", Confirmed = confirmed, DryRun = dryRun,
                Fingerprint = fingerprint,
            }, Problems.Add, progress, stop ?? Stop);
}
