namespace TrendingMail.Worker.Hosting;

/// <summary>What a process does.</summary>
internal enum Role
{
    All,

    /// <summary>Serves the pages.</summary>
    Web,

    /// <summary>Collects, schedules and sends.</summary>
    Worker,
}

/// <summary>The role of this process, for those who are told apart by it.</summary>
internal sealed record Roles(Role Own);
