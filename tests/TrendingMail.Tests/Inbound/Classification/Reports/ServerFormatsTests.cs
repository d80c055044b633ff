using System.Text;
using TrendingMail.Inbound.Classification;
using TrendingMail.Storage;

namespace TrendingMail.Tests.Inbound.Classification.Reports;

/// <summary>
/// Bounce formats without a delivery status part, or with nonstandard text in it. Each sample was written from scratch
/// after the format that the server is known to use, for one invented recipient.
/// </summary>
public sealed class ServerFormatsTests
{
    private const string Ada = "ada.lund@shop.example";

    [Theory]
    [InlineData("Biglobe", "postmaster@biglobe.example", "Returned mail: see transcript for details",
        "   ----- The following addresses had delivery problems -----\nada.lund@shop.example\n\n   ----- " +
            "Non-delivered information -----\nThe number of messages in recipient's mailbox exceeded the local " +
            "limit.\n",
        "mailbox_full", false)]
    [InlineData("MailFoundry", "MAILER-DAEMON@mf.example", "Message delivery has failed",
        "This is a message from mf.example.\n\nUnable to deliver message to: <ada.lund@shop.example>\nDelivery " +
            "failed for the following reason:\nServer mx.shop.example[192.0.2.2] failed with: 550 " +
            "<ada.lund@shop.example> No such user here\n\nThis has been a permanent failure.  No further delivery " +
            "attempts will be made.\n",
        "user_unknown", null)]
    [InlineData("TrendMicro", "MAILER-DAEMON@imss.example", "Mail Delivery Failure.",
        "Unable to deliver message to <ada.lund@shop.example>.\n\nSent <<< RCPT TO:<ada.lund@shop.example>\nReceived " +
            ">>> 550 5.1.1 <ada.lund@shop.example>... User unknown\n",
        "user_unknown", null)]
    [InlineData("GroupWise", "Mailer-Daemon@gw.example", "Message status - undeliverable",
        "The message that you sent was undeliverable to the following:\n\tada.lund@shop.example (user not found)\n",
        "user_unknown", true)]
    [InlineData("MDaemon", "MAILER-DAEMON@md.example", "Permanent Delivery Failure",
        "The attached message had PERMANENT fatal delivery errors!\n\nAfter one or more unsuccessful delivery " +
            "attempts the attached message has\nbeen removed from the mail queue on this server.\n\n--- Session " +
            "Transcript ---\n Attempting to send message to smtp.example\nFailed address: ada.lund@shop.example\n<-- " +
            "550 5.1.1 Recipient unknown <ada.lund@shop.example>\n",
        "user_unknown", null)]
    [InlineData("Kerio", "postmaster@kerio.example", "Undeliverable mail: Papers",
        "Your message could not be delivered.\n\nRecipient: <ada.lund@shop.example>\nReason: 550 5.1.1 User does not " +
            "exist\n",
        "user_unknown", null)]
    [InlineData("Courier", "\"Courier mail server at c.example\" <@>", "NOTICE: mail delivery status.",
        "This is a delivery status notification from c.example,\nrunning the Courier mail server.\n\nThe original " +
            "message was received on Mon, 23 Nov " +
            "2026\n\n---------------------------------------------------------------------------\n\n                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<ada.lund@shop.example>:\n    mx.shop.example [192.0.2.2]:\n>>> RCPT TO:<ada.lund@shop.example>\n<<< 550 5.1.1 User unknown\n",
        "user_unknown", true)]
    [InlineData("Exchange 5.5", "System Administrator <postmaster@ex.example>", "Undeliverable: Papers",
        "Your message\n\n  To:      ada.lund@shop.example\n  Subject: Papers\n\ndid not reach the following " +
            "recipient(s):\n\nada.lund@shop.example on Mon, 23 Nov 2026 08:00:00 +0100\n    The recipient name is " +
            "not recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=ex\n    MSEXCH:IMS:EX:SITE:HOST 0 " +
            "(000C05A6) Unknown Recipient\n",
        "user_unknown", true)]
    [InlineData("hMailServer", "mailer-daemon@hm.example", "Message undeliverable: Papers",
        "Your message did not reach some or all of the intended recipients.\n\n   Sent: Mon, 23 Nov 2026 08:00:00 " +
            "+0100\n   Subject: Papers\n\nThe following recipient(s) could not be " +
            "reached:\n\nada.lund@shop.example\n   Error Type: SMTP\n   Remote server (192.0.2.2) issued an " +
            "error.\n   hMailServer sent: RCPT TO:<ada.lund@shop.example>\n   Remote server replied: 550 Unknown " +
            "user\n",
        "user_unknown", null)]
    [InlineData("Zimbra by Dovecot", "MAILER-DAEMON@z.example", "Undelivered Mail Returned to Sender",
        "This is the mail system at host z.example.\n\n<ada.lund@shop.example>: host z.example[192.0.2.3] said: 552 " +
            "5.2.2 <ada.lund@shop.example> Quota exceeded (mailbox for user is full) (in reply to end of DATA " +
            "command)\n",
        "mailbox_full", false)]
    [InlineData("Cyrus", "MAILER-DAEMON@cy.example", "Undelivered Mail Returned to Sender",
        "<ada.lund@shop.example>: host cy.example[/run/lmtp] said: 550-Mailbox unknown.  Either there is no mailbox " +
            "associated with this 550-name or you do not have authorization to see it. 550 5.1.1 User unknown (in " +
            "reply to RCPT TO command)\n",
        "user_unknown", true)]
    [InlineData("qmail, full", "MAILER-DAEMON@q.example", "failure notice",
        "Hi. This is the qmail-send program at q.example.\nI'm afraid I wasn't able to deliver your message to the " +
            "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work " +
            "out.\n\n<ada.lund@shop.example>:\nuser is over quota\n\n--- Below this line is a copy of the " +
            "message.\n\nSubject: Papers\n",
        "mailbox_full", false)]
    [InlineData("qmail, loop", "MAILER-DAEMON@q.example", "failure notice",
        "Hi. This is the qmail-send program at q.example.\n\n<ada.lund@shop.example>:\nThis message is looping: it " +
            "already has my Delivered-To line. (#5.4.6)\n\n--- Below this line is a copy of the message.\n\nSubject: " +
            "Papers\n",
        "network_error", false)]
    [InlineData("Exim, cPanel's limit", "Mail Delivery System <Mailer-Daemon@cp.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be " +
            "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) " +
            "failed:\n\n  ada.lund@shop.example\n    Domain papers.example has exceeded the max emails per hour " +
            "(151/150 (100%)) allowed.  Message discarded.\n",
        "rate_limited", false)]
    [InlineData("Exim, retry", "Mail Delivery System <Mailer-Daemon@ex.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be " +
            "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) " +
            "failed:\n\n  ada.lund@shop.example\n    retry timeout exceeded\n",
        "expired", false)]
    [InlineData("Exim, sender verify", "Mail Delivery System <Mailer-Daemon@ex.example>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent " +
            "error. The following address(es) failed:\n\n  ada.lund@shop.example\n    host mx.shop.example " +
            "[192.0.2.2]\n    SMTP error from remote mail server after RCPT TO:<ada.lund@shop.example>:\n    " +
            "550-Verification failed for <digest@papers.example>\n    550 Sender verify failed\n",
        "policy", false)]
    [InlineData("Gmail, by Proofpoint", "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Failure)",
        "** Message blocked **\n\nYour message to ada.lund@shop.example has been blocked.\n\nThe response from the " +
            "remote server was:\n554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.9\n",
        "blocked", false)]
    [InlineData("Postfix, 163.com", "MAILER-DAEMON@p.example", "Undelivered Mail Returned to Sender",
        "<ada.lund@shop.example>: host mx.shop.example[192.0.2.2] said: 554 DT:SPM 163 mx1,PsCowEDpa,1 (in reply to " +
            "end of DATA command)\n",
        "spam_content", false)]
    [InlineData("Postfix, Yandex", "MAILER-DAEMON@p.example", "Undelivered Mail Returned to Sender",
        "<ada.lund@shop.example>: host mx.shop.example[192.0.2.2] said: 550 5.7.1 No such user! 1700000000-abc (in " +
            "reply to RCPT TO command)\n",
        "user_unknown", null)]
    [InlineData("Postfix, Orange", "MAILER-DAEMON@p.example", "Undelivered Mail Returned to Sender",
        "<ada.lund@shop.example>: host smtp-in.shop.example[192.0.2.2] said: 550 5.1.1 Adresse d au moins un " +
            "destinataire invalide. Invalid recipient. OFR204_416 [416] (in reply to RCPT TO command)\n",
        "user_unknown", true)]
    [InlineData("Postfix, T-Online", "MAILER-DAEMON@p.example", "Undelivered Mail Returned to Sender",
        "<ada.lund@shop.example>: host mx.shop.example[192.0.2.2] refused to talk to me: 554 IP=192.0.2.9 - A " +
            "problem occurred. (Ask your postmaster for help or to contact tosa@rx.example to clarify.)\n",
        "blocked", false)]
    [InlineData("German server", "Mailer-Daemon@de.example", "Nicht zugestellt: Papers",
        "Ihre Nachricht konnte nicht zugestellt werden.\n\nEmpfänger:\nada.lund@shop.example\n\nDer Empfänger ist " +
            "unbekannt.\n",
        "user_unknown", true)]
    [InlineData("Spanish server", "postmaster@es.example", "No entregado: Papers",
        "No se pudo entregar su mensaje a:\n\n<ada.lund@shop.example>\n\nEl buzón del usuario está lleno.\n",
        "mailbox_full", false)]
    [InlineData("Italian server", "postmaster@it.example", "Mancato recapito: Papers",
        "Il messaggio non è stato recapitato a:\n\nada.lund@shop.example\n\nUtente sconosciuto\n",
        "user_unknown", true)]
    [InlineData("Dutch server", "postmaster@nl.example", "Onbestelbaar: Papers",
        "Uw bericht kon niet worden bezorgd.\n\nada.lund@shop.example\nGebruiker onbekend\n",
        "user_unknown", true)]
    [InlineData("Russian server", "postmaster@ru.example", "Не удалось доставить: Papers",
        "Письмо не доставлено.\n\nada.lund@shop.example\nЯщик переполнен\n",
        "mailbox_full", false)]
    [InlineData("Chinese server", "postmaster@cn.example", "系统退信",
        "您的邮件被退信。\n\n收件人:\nada.lund@shop.example\n\n用户不存在\n",
        "user_unknown", true)]
    public void ServerFormatIsClassified(
        string server, string from, string subject, string body, string reason, bool? hard)
    {
        var mail = Encoding.UTF8.GetBytes(
            $"Return-Path: <>\nFrom: {from}\nTo: bounces@papers.example\nSubject: {subject}\nMIME-Version: 1.0\n" +
            $"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}");

        var found = Classifier.Classify(mail);

        Assert.Equal((server, InboundKind.Bounce), (server, found.Kind));
        var recipient = Assert.Single(found.Recipients);
        Assert.Equal(
            (Ada, RecipientAction.Failed, reason), (recipient.Address, recipient.Action, recipient.Reason.ToColumn()));
        Assert.Equal(hard ?? recipient.Hard, recipient.Hard);
    }
}
