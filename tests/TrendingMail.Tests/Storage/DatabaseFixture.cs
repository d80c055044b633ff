using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Storage;

/// <summary>
/// A new, empty database for one test. To run all storage tests on an engine, add a subclass of this and one of each
/// abstract test class.
/// </summary>
public abstract class DatabaseFixture : IAsyncDisposable
{
    /// <summary>What the database engine registers.</summary>
    public abstract IServiceProvider Engine { get; }

    public virtual IDialect Dialect => Engine.GetRequiredService<IDialect>();

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask DropAsync();
}
