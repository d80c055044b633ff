namespace TrendingMail.Diagnostics.Content;

/// <summary>A check of the newest digest as it would leave.</summary>
internal abstract class DigestCheck(NewestDigest digests, string name, string description)
    : DiagnosticCheck(CheckGroup.Digest, name, description)
{
    public sealed override async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
        await JudgeAsync(await digests.ComposeAsync(cancellationToken), cancellationToken);

    protected abstract Task<IReadOnlyList<Finding>> JudgeAsync(
        ComposedDigest digest, CancellationToken cancellationToken);
}
