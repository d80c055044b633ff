namespace TrendingMail.Worker.Hosting;

/// <summary>What a process does: serve web pages, run background work, or both.</summary>
internal enum Role
{
    All,

    /// <summary>Serves web pages only.</summary>
    Web,

    /// <summary>Runs scheduled jobs and sends mail; serves only health checks and metrics.</summary>
    Worker,
}

/// <summary>The role of this process, for injection.</summary>
internal sealed record CurrentRole(Role Value);
