using TrendingMail.Delivery;
using TrendingMail.Links;
using TrendingMail.Messages;
using TrendingMail.Storage;
using TrendingMail.Subscribers;
using TrendingMail.Templates;

namespace TrendingMail.SignUp.AccountLinks;

/// <summary>Composes the mail with a link that exports, moves or erases a subscription.</summary>
public sealed class AccountLinkComposer(
    AccountLinkFlow requests, MessageComposer messages, SubscriberLinks links, TimeProvider clock)
{
    /// <summary>The composer of this notice.</summary>
    public Task<Composition>? ComposeAsync(
        MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken) =>
        identity.Mailing is Mailing.Notice { Kind: NoticeKind.AccountLink } notice
            ? ComposeAsync(notice.SourceId, identity, subscriber, cancellationToken)
            : null;

    private async Task<Composition> ComposeAsync(
        long requestId, MessageIdentity identity, Subscriber subscriber, CancellationToken cancellationToken)
    {
        if (subscriber.Suppression is { } reason)
        {
            return new Composition.Skip($"the address is suppressed: {reason.ToColumn()}");
        }

        if (await requests.FindAsync(requestId, cancellationToken) is not { } request ||
            request.RequestedAt + LinkSigner.AccountLinkLifetime < clock.GetUtcNow())
        {
            return new Composition.Skip("the link has expired");
        }

        var language = messages.FindLanguage(subscriber);
        return new Composition.Mail(messages.Compose(identity, subscriber, "account_link", TemplateModel.Create(
            ("subscriber", SubscriberModel.Create(subscriber, language)),
            ("account_link", TemplateModel.Create(
                ("action", request.Action.ToColumn()),
                ("url", links.Account(subscriber, request.Action.ToPurpose(), request.RequestedAt)))),
            ("request", TemplateModel.Create(
                ("at", language.FormatInstant(request.RequestedAt)),
                ("network", request.Network))))));
    }
}
