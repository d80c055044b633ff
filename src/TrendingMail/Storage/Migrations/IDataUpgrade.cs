namespace TrendingMail.Storage.Migrations;

/// <summary>
/// Recomputes stored data by rules that SQL cannot express. Runs after the schema migrations at every start, and must
/// be quick if nothing is left to do.
/// </summary>
public interface IDataUpgrade
{
    Task RunAsync(CancellationToken cancellationToken);
}
