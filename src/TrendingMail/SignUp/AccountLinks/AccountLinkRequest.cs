using TrendingMail.Links;

namespace TrendingMail.SignUp.AccountLinks;

/// <summary>
/// What reveals or harms too much for a link that is in every mail: it needs a link of its own, mailed on request.
/// </summary>
public enum AccountAction
{
    Export,
    Move,
    Erase,
}

/// <summary>A request for such a link.</summary>
public sealed record AccountLinkRequest
{
    public required long Id { get; init; }

    public required AccountAction Action { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>The client network of the request, to be shown to the owner of the address.</summary>
    public string? Network { get; init; }
}

/// <summary>The outcome of requesting a link.</summary>
public enum AccountLinkResult
{
    Sent,

    /// <summary>Such a link was sent a while ago, or too many were sent today.</summary>
    SentBefore,

    /// <summary>The address gets no mail, or its owner has not confirmed it.</summary>
    Undeliverable,
}

/// <summary>The purposes of the links.</summary>
public static class AccountActionExtensions
{
    public static LinkPurpose ToPurpose(this AccountAction action) => action switch
    {
        AccountAction.Export => LinkPurpose.ExportData,
        AccountAction.Move => LinkPurpose.ChangeAddress,
        AccountAction.Erase => LinkPurpose.EraseData,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };
}
