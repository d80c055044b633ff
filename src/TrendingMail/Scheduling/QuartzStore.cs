using Quartz;

namespace TrendingMail.Scheduling;

/// <summary>Where Quartz persists jobs and triggers.</summary>
public abstract class QuartzStore
{
    /// <summary>The files that hold the store, if it is on this machine; they need not exist.</summary>
    public virtual IReadOnlyList<string> Files => [];

    /// <summary>Prepares the store for use. Idempotent.</summary>
    public abstract Task PrepareAsync();

    internal abstract void Configure(IPersistentStoreBuilder store);
}
