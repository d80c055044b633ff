namespace TrendingMail.Storage.Writing;

/// <summary>Deletes many rows in transactions that are small enough not to block other writers noticeably.</summary>
internal static class BatchedDeletion
{
    /// <summary>Rows per transaction.</summary>
    public const int BatchSize = 2_000;

    /// <summary>Repeats a statement until it affects no row.</summary>
    /// <param name="deleteAsync">Deletes or changes at most <see cref="BatchSize"/> rows and returns how many.</param>
    /// <returns>The number of rows in total.</returns>
    public static async Task<int> RunAsync(
        Database database, Func<Session, Task<int>> deleteAsync, CancellationToken cancellationToken)
    {
        var total = 0;
        int count;
        do
        {
            count = await database.WriteAsync(deleteAsync, cancellationToken);
            total += count;
        }
        while (count > 0);

        return total;
    }
}
