using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

/// <summary>
/// A new, empty database for one test. To run all storage tests on an engine, add a subclass of this and one of each
/// abstract test class.
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
