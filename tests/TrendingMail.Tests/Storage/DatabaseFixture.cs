using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

/// <summary>
/// A new, empty database of one engine, for one test. An engine joins every storage test by a subclass of this, and one
/// of each abstract test class.
/// </summary>
public abstract class DatabaseFixture : IAsyncDisposable
{
    public abstract IDialect Dialect { get; }

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask DropAsync();
}
