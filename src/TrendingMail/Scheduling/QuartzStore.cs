using Quartz;

namespace TrendingMail.Scheduling;

/// <summary>Where Quartz persists jobs and triggers.</summary>
public abstract class QuartzStore
{
    /// <summary>Prepares the store for use. Idempotent.</summary>
    public abstract Task PrepareAsync();

    internal abstract void Configure(IPersistentStoreBuilder store);
}
