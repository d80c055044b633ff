using Microsoft.Extensions.Logging;
using TrendingMail.Inbound.Classification;
using TrendingMail.Inbound.DomainReports.Senders;
using TrendingMail.Storage;

namespace TrendingMail.Inbound.DomainReports;

/// <summary>What became of a report.</summary>
public enum DomainReportStatus
{
    Counted,

    /// <summary>The same report was counted before.</summary>
    Duplicate,

    /// <summary>It was not counted, and stays in the mailbox.</summary>
    SetAside,
}

/// <summary>A report that came by mail, and what became of it.</summary>
/// <param name="Problem">Why it was set aside; null if it was not.</param>
public sealed record DomainReportOutcome(DomainReportReading Reading, DomainReportStatus Status, string? Problem)
{
    /// <summary>One line for the operator.</summary>
    public override string ToString() => Status switch
    {
        DomainReportStatus.SetAside => $"The report '{Reading.FileName}' was set aside: {Problem}",
        DomainReportStatus.Duplicate => $"{Reading} was counted before",
        _ => $"{Reading} was counted",
    };
}

/// <summary>
/// Counts the DMARC and TLS reports and the complaints that arrive, and alerts the operator to servers that send in the
/// name of a domain of ours. Anyone can forge a report, so none ever changes anything about a subscriber.
/// </summary>
public sealed class DomainReportHandler(
    DomainReportStore store, UnknownSenderAlerts unknownSenders, OwnDomains own, InboundOptions options,
    TimeProvider clock, ILogger<DomainReportHandler> logger)
{
    private const int MaximumFieldLength = 200;

    /// <summary>Handles the reports of a message in the caller's transaction.</summary>
    /// <param name="isNew">Whether the message was not seen before. What is set aside is recorded once.</param>
    internal async Task<IReadOnlyList<DomainReportOutcome>> HandleAsync(
        Session session, ClassifiedMessage message, bool isNew)
    {
        var sender = FindSender(message);
        var outcomes = new List<DomainReportOutcome>();
        foreach (var reading in message.DomainReports)
        {
            var outcome = await HandleAsync(session, KeepOwn(reading), sender);
            outcomes.Add(outcome);
            if (isNew && outcome.Problem is { } problem)
            {
                await store.SetAsideAsync(session, reading.FileName, problem, sender);
            }
        }

        return outcomes;
    }

    /// <summary>Counts a complaint in the caller's transaction.</summary>
    internal Task CountComplaintAsync(Session session, ClassifiedMessage message)
    {
        var domain = message.FeedbackDomain ?? own.From;
        return store.AddComplaintAsync(
            session, Truncate(message.VerifiedProvider ?? FindSender(message).Domain),
            own.Contains(domain) ? domain : "", Truncate(message.Detail ?? ""));
    }

    /// <summary>Logs and counts what became of the reports, after the transaction was committed.</summary>
    internal void Record(IEnumerable<DomainReportOutcome> outcomes, string source)
    {
        foreach (var outcome in outcomes)
        {
            DomainReportMeter.Record(outcome);
            logger.Log(outcome.Problem is null ? LogLevel.Information : LogLevel.Warning,
                "Inbound report from {Source}: {Outcome}", source, outcome);
        }
    }

    private async Task<DomainReportOutcome> HandleAsync(
        Session session, DomainReportReading reading, ReportSender sender)
    {
        var problem = reading.Problem
            ?? ReportAcceptance.FindProblem(reading.Report!, own, clock.GetUtcNow(), options.ReportRetentionDays);
        if (problem is null && await store.IsFullAsync(session))
        {
            problem = "more reports came in the last day than are counted";
        }

        if (problem is not null)
        {
            return new DomainReportOutcome(reading, DomainReportStatus.SetAside, problem);
        }

        if (!await store.AddAsync(session, reading.Report!, sender))
        {
            return new DomainReportOutcome(reading, DomainReportStatus.Duplicate, null);
        }

        if (reading.Report is DmarcReport dmarc)
        {
            await unknownSenders.RaiseAsync(session, dmarc);
        }

        return new DomainReportOutcome(reading, DomainReportStatus.Counted, null);
    }

    private DomainReportReading KeepOwn(DomainReportReading reading) => reading.Report is { } report
        ? reading with { Report = ReportAcceptance.KeepOwn(report, own) }
        : reading;

    private ReportSender FindSender(ClassifiedMessage message) => new(
        DomainName.FromAddress(message.Facts.From) ?? "", message.Facts.IsAuthenticatedBy(options.AuthservId));

    private static string Truncate(string text) => text[..Math.Min(text.Length, MaximumFieldLength)];
}
