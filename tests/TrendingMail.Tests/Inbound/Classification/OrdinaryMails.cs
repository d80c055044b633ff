using System.Text;

namespace TrendingMail.Tests.Inbound.Classification;

/// <summary>
/// Messages that are neither bounces nor complaints, although many mention them: invented texts in several languages,
/// in the formats in which people and machines send such messages.
/// </summary>
internal static class OrdinaryMails
{
    private static readonly (string Subject, string Body)[] FromPeople =
    [
        ("Did my mail reach you?",
            "Hi,\n\nI wrote on Monday and it could not be delivered: user unknown, said the server. Is your address " +
                "still ada@shop.example?\n\nBo"),
        ("Undelivered parcel", "Hello, my parcel was returned to sender, the delivery failed twice. Can you help?"),
        ("Problem with delivery", "The courier says: address unknown. Delivery has failed. Please call me."),
        ("Returned mail", "The letter that I sent you came back, with the remark that the recipient has moved."),
        ("Mailbox full?", "Your voice mailbox is full, so I write to you. Call me back, please."),
        ("Frage zur Zustellung",
            "Hallo, Ihre letzte E-Mail konnte nicht zugestellt werden, sagt mein Kollege. Stimmt die Adresse " +
                "ada@shop.example noch?\n\nGruß, Bo"),
        ("Nicht zustellbar?", "Guten Tag, ist Ihr Postfach voll? Mein Brief kam zurück."),
        ("Échec de livraison", "Bonjour, mon colis n'a pas pu être livré. Pouvez-vous vérifier l'adresse ?"),
        ("Mensaje no entregado", "Hola, mi paquete no se pudo entregar. ¿Me ayudan?"),
        ("Consegna fallita", "Buongiorno, il pacco non è stato consegnato. Indirizzo sconosciuto, dicono."),
        ("Não foi entregue", "Olá, a encomenda não foi entregue. O destinatário é desconhecido?"),
        ("Письмо не доставлено", "Здравствуйте! Моё письмо не было доставлено, пользователь не найден. Что делать?"),
        ("メールが届きません", "お世話になっております。先日のメールが届いていないようです。エラーになりました。"),
        ("邮件被退回", "您好,我发的邮件被退信了,说用户不存在。请问地址对吗?"),
        ("Failure notice about the meeting", "We failed to find a room. The notice is on the door."),
        ("Please pause, I am on vacation", "Until the 7th of December, please."),
        ("Away until May", "No digests before that, please."),
        ("Bin im Urlaub, bitte pausieren", "Bis zum 7. Dezember bitte keine Papers."),
        ("Je suis en vacances", "Pas de courrier avant lundi, s'il vous plaît."),
        ("Out of paper", "The office is out of paper. Automatic ordering would help."),
        ("Spam complaints",
            "We had three abuse complaints this week, and I wonder about the feedback loop. Feedback-Type is a " +
                "field, right?"),
        ("Delivery Status Notification (Failure)",
            "What does a mail with such a subject mean? I got one of Gmail's and do not know whom to ask."),
    ];

    private static readonly (string From, string Subject, string Body)[] FromMachines =
    [
        ("Shop <orders@shop.example>", "Your order 1234 could not be delivered",
            "Dear customer, the parcel was undeliverable: recipient unknown. Delivery attempts: 3. Returned to " +
                "sender."),
        ("Shop <orders@shop.example>", "Delivery notification",
            "Your parcel has been successfully delivered to ada@shop.example."),
        ("Parcel Service <noreply@parcel.example>", "Delivery delayed",
            "Your parcel has been delayed. We will try again tomorrow."),
        ("Monitoring <alert@monitor.example>", "[CRITICAL] mail queue",
            "postqueue: 412 mails, 3 of them: 550 5.1.1 user unknown; 452 4.2.2 mailbox full."),
        ("Bank <service@bank.example>", "Payment returned", "Your transfer was returned. The account does not exist."),
        ("Forum <noreply@forum.example>", "Message blocked", "Your post was rejected by a moderator."),
        ("Versand <info@versand.example>", "Zustellung fehlgeschlagen",
            "Ihre Sendung konnte nicht zugestellt werden. Der Empfänger ist unbekannt."),
        ("Livraison <info@colis.example>", "Votre colis", "Votre colis n'a pas pu être remis : destinataire inconnu."),
        ("DMARC reports <noreply-dmarc@mail.example>",
            "Report Domain: papers.example Submitter: mail.example Report-ID: <2026.11.23>",
            "This is a DMARC aggregate report for papers.example."),
        ("TLS reports <tlsrpt@mail.example>",
            "Report Domain: papers.example Submitter: mail.example Report-ID: <2026-11-23>",
            "This is an SMTP TLS report."),
        ("Calendar <calendar@office.example>", "Declined: Paper club @ Mon Nov 23",
            "Ada has declined this invitation."),
        ("Backup <root@host.example>", "Cron <root@host> backup failed",
            "rsync: connection timed out; disk quota exceeded."),
    ];

    private static readonly (string Subject, string Body)[] AutoReplies =
    [
        ("Automatic reply: Papers of today",
            "I am away until Monday. Mail to my colleague at bo@shop.example is not delivered to me."),
        ("Out of Office Re: Papers",
            "I am out of the office. If your message could not be delivered to Bo, try again later."),
        ("Abwesenheitsnotiz: Papers", "Ich bin bis Montag nicht im Büro. Ihre Nachricht wird nicht weitergeleitet."),
        ("Automatische Antwort: Papers", "Ich bin im Urlaub. Dieses Postfach wird nicht gelesen."),
        ("Réponse automatique : Papers", "Je suis absent jusqu'au lundi. Cette adresse n'existe plus bientôt."),
        ("Respuesta automática: Papers", "Estoy de vacaciones. Esta cuenta está inactiva hasta el lunes."),
        ("Risposta automatica: Papers", "Sono in ferie. La casella è piena, scrivete a bo@shop.example."),
        ("Resposta automática: Papers", "Estou de férias."),
        ("Automatisch antwoord: Papers", "Ik ben met vakantie."),
        ("Autosvar: Papers", "Jag är på semester."),
        ("Автоответ: Papers", "Я в отпуске до понедельника."),
        ("自動応答: Papers", "休暇を取っております。"),
        ("自动回复: Papers", "我正在休假。"),
    ];

    /// <summary>All messages, each with a name that identifies it when a test fails.</summary>
    public static IEnumerable<(string Name, byte[] Mail, bool IsAutoReply)> All()
    {
        foreach (var (subject, body) in FromPeople)
        {
            foreach (var (form, mail) in Forms("Bo Berg <bo.berg@shop.example>", subject, body))
            {
                yield return ($"person, {form}: {subject}", mail, false);
            }
        }

        foreach (var (from, subject, body) in FromMachines)
        {
            foreach (var header in (string[])["X-Mailer: shop", "List-Unsubscribe: <https://shop.example/out>",
                "Precedence: bulk", "Auto-Submitted: auto-generated"])
            {
                yield return ($"machine, {header}: {subject}", Mail(from, subject, $"{header}\n", body), false);
            }
        }

        foreach (var (subject, body) in AutoReplies)
        {
            foreach (var header in (string[])["X-Nothing: here", "Auto-Submitted: auto-replied",
                "Precedence: auto_reply", "Return-Path: <>"])
            {
                yield return ($"auto-reply, {header}: {subject}", Mail("Ada Lund <ada.lund@shop.example>", subject,
                    $"{header}\n", body), true);
            }
        }

        yield return ("read receipt", ReadReceipt(), true);
        yield return ("DMARC report", DmarcReport(), false);
        yield return ("TLS report", TlsReport(), false);
        yield return ("invitation", Invitation(), false);
        foreach (var bounce in (string[])["postfix-unknown", "exchange", "qmail", "exim", "domino", "yahoo"])
        {
            var original = File.ReadAllText(Path.Combine(Repository.Tests, "Inbound", "Mails", $"{bounce}.eml"));
            yield return ($"{bounce} forwarded as an attachment", ForwardedAsAttachment(original), false);
            yield return ($"{bounce} forwarded inline", ForwardedInline(original), false);
            yield return ($"{bounce} replied to", Reply(original), false);
        }
    }

    private static IEnumerable<(string Form, byte[] Mail)> Forms(string from, string subject, string body)
    {
        yield return ("new", Mail(from, subject, "", body));
        yield return ("reply", Mail(from, $"Re: {subject}", "In-Reply-To: <daily-2026-11-23.41@papers.example.org>\n",
            $"{body}\n\n> {body.Replace("\n", "\n> ", StringComparison.Ordinal)}"));
        yield return ("forwarded", Mail(from, $"Fwd: {subject}", "",
            $"See below.\n\n---------- Forwarded message ----------\nFrom: Cy " +
                $"<cy@shop.example>\nSubject: {subject}\n\n{body}"));
        yield return ("to a list", Mail(
            from, $"[mailops] {subject}", "List-Id: <mailops.lists.example>\nPrecedence: list\n", body));
        yield return ("HTML", Encoding.UTF8.GetBytes(
            $"From: {from}\nTo: answers@papers.example.org\nSubject: {subject}\nMIME-Version: 1.0\n" +
            $"Content-Type: text/html; " +
                $"charset=utf-8\n\n<html><body><p>{body.Replace("\n", "<br>", StringComparison.Ordinal)}</p></body></html>\n"));
    }

    private static byte[] Mail(string from, string subject, string headers, string body) => Encoding.UTF8.GetBytes(
        $"{headers}From: {from}\nTo: answers@papers.example.org\nSubject: {subject}\nMessage-ID: <{subject.Length}.{body.Length}@shop.example>\n" +
        $"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}\n");

    /// <summary>A read receipt (RFC 8098).</summary>
    private static byte[] ReadReceipt() => Encoding.UTF8.GetBytes("""
        From: Ada Lund <ada.lund@shop.example>
        To: digest@papers.example.org
        Subject: Read: Papers of today
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=disposition-notification; boundary=cut

        --cut
        Content-Type: text/plain

        Your message was displayed. It was not rejected and not undelivered.
        --cut
        Content-Type: message/disposition-notification

        Final-Recipient: rfc822; ada.lund@shop.example
        Original-Message-ID: <daily-2026-11-23.41@papers.example.org>
        Disposition: manual-action/MDN-sent-manually; displayed

        --cut--
        """);

    private static byte[] DmarcReport() => Encoding.UTF8.GetBytes("""
        From: noreply-dmarc-support@mail.example
        To: dmarc@papers.example.org
        Subject: Report domain: papers.example.org Submitter: mail.example Report-ID: 7
        MIME-Version: 1.0
        Content-Type: application/gzip; name="mail.example!papers.example.org!1!2.xml.gz"
        Content-Disposition: attachment; filename="mail.example!papers.example.org!1!2.xml.gz"
        Content-Transfer-Encoding: base64

        H4sIAAAAAAAAA0vLL1IoTi0qS00BAEZqx4YLAAAA
        """);

    /// <summary>RFC 8460.</summary>
    private static byte[] TlsReport() => Encoding.UTF8.GetBytes("""
        From: tlsrpt@mail.example
        To: tls@papers.example.org
        Subject: Report Domain: papers.example.org Submitter: mail.example Report-ID: <7@mail.example>
        TLS-Report-Domain: papers.example.org
        TLS-Report-Submitter: mail.example
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type="tlsrpt"; boundary=cut

        --cut
        Content-Type: text/plain

        This is an aggregate TLS report from mail.example
        --cut
        Content-Type: application/tlsrpt+gzip
        Content-Transfer-Encoding: base64

        H4sIAAAAAAAAA0vLL1IoTi0qS00BAEZqx4YLAAAA
        --cut--
        """);

    private static byte[] Invitation() => Encoding.UTF8.GetBytes("""
        From: Bo Berg <bo.berg@shop.example>
        To: answers@papers.example.org
        Subject: Invitation: How to deliver mail
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary=cut

        --cut
        Content-Type: text/plain

        You are invited to: How undelivered mail comes back
        --cut
        Content-Type: text/calendar; method=REQUEST

        BEGIN:VCALENDAR
        BEGIN:VEVENT
        SUMMARY:How undelivered mail comes back: user unknown
        ATTENDEE:mailto:ada.lund@shop.example
        END:VEVENT
        END:VCALENDAR
        --cut--
        """);

    private static byte[] ForwardedAsAttachment(string original) => Encoding.UTF8.GetBytes($"""
        From: Bo Berg <bo.berg@shop.example>
        To: answers@papers.example.org
        Subject: Fwd: what is this?
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=outer

        --outer
        Content-Type: text/plain

        I got this, what does it mean?
        --outer
        Content-Type: message/rfc822

        {original}
        --outer--
        """);

    private static byte[] ForwardedInline(string original) => Encoding.UTF8.GetBytes($"""
        From: Bo Berg <bo.berg@shop.example>
        To: answers@papers.example.org
        Subject: Fwd: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        I got this, what does it mean?

        -------- Forwarded Message --------
        {original}
        """);

    private static byte[] Reply(string original) => Encoding.UTF8.GetBytes($"""
        From: Bo Berg <bo.berg@shop.example>
        To: answers@papers.example.org
        Subject: Re: Undelivered Mail Returned to Sender
        In-Reply-To: <bounce.1@relay.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        Please try again.

        > {original.ReplaceLineEndings("\n> ")}
        """);
}
