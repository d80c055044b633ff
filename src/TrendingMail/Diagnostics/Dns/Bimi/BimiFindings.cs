using TrendingMail.Diagnostics.Dns.Dmarc;

namespace TrendingMail.Diagnostics.Dns.Bimi;

/// <summary>Judges the record that names our logo.</summary>
internal static class BimiFindings
{
    /// <param name="name">The name of the record.</param>
    /// <param name="walk">The DMARC policy of the domain of From, without which no logo is shown.</param>
    public static Finding Judge(string name, TextRecords texts, DmarcWalk walk)
    {
        var domain = name["default._bimi.".Length..];
        var publish = ZoneLine.Text(
            name, $"v=BIMI1; l=https://{domain}/logo.svg; a=https://{domain}/logo.pem");
        if (texts.Valid.Count != 1)
        {
            return JudgeAbsence(name, texts, publish);
        }

        var tags = TagList.Parse(texts.Valid[0]);
        var finding = FindFault(tags) is { } fault
            ? Finding.Warn($"The BIMI record {name} {fault}: no logo is shown.",
                $"Publish this record instead:\n{publish}")
            : tags["l"]!.Length == 0 ? Finding.Good($"{name} says that there is no logo.")
            : FindWeakness(walk) is { } weakness
                ? Finding.Warn($"BIMI has no effect: {weakness}.", RequireEnforcement(walk))
            : string.IsNullOrEmpty(tags["a"])
                ? Finding.Warn(
                    $"The BIMI record {name} names no certificate (a tag), without which Gmail and Apple show no logo.",
                    "Obtain a mark certificate (VMC or CMC) for the logo and publish this record instead:\n" +
                    ZoneLine.Text(name, tags.With("a", $"https://{domain}/logo.pem")))
            : Finding.Good($"BIMI names the logo {tags["l"]}.");
        return finding with { Evidence = [tags.Text] };
    }

    /// <summary>A logo is optional: its absence is no fault, but a record that fails to name one is.</summary>
    private static Finding JudgeAbsence(string name, TextRecords texts, string publish) =>
        texts.Valid.Count > 1
            ? Finding.Warn(
                $"{name} has {texts.Valid.Count} BIMI records, so that receivers ignore all of them.",
                $"Keep only this one:\n{ZoneLine.Text(name, texts.Valid[0])}") with
            {
                Evidence = texts.Valid,
            }
            : texts.LookAlikes.Count > 0
                ? Finding.Warn(texts.Absence, $"Publish this record instead:\n{publish}") with
                {
                    Evidence = texts.LookAlikes,
                }
            : Finding.Good($"{texts.Absence} BIMI is optional.") with
            {
                Remedy = $"To have your logo shown, publish this record:\n{publish}",
            };

    private static string? FindFault(TagList tags) =>
        tags.Errors is [var error, ..] ? $"has a syntax error at {error}"
        : tags["l"] is not { } logo ? "names no logo (no l tag)"
        : logo.Length == 0 ? null
        : !IsHttps(logo) ? $"names the logo '{logo}', which is no https address"
        : !new Uri(logo).AbsolutePath.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)
            ? $"names the logo '{logo}', which is no SVG file"
        : tags["a"] is { Length: > 0 } certificate && !IsHttps(certificate)
            ? $"names the certificate '{certificate}', which is no https address"
        : null;

    private static string? FindWeakness(DmarcWalk walk) =>
        walk.Policy is not { Record: { } record } ? $"{walk.Domain} has no DMARC record"
        : DmarcFindings.EffectivePolicy(walk) is not { } policy ||
            policy.Equals("none", StringComparison.OrdinalIgnoreCase) ? "the DMARC policy is none"
        : record["t"] == "y" || (record["pct"] ?? "100") != "100" ? "the DMARC policy is not applied in full"
        : null;

    private static string RequireEnforcement(DmarcWalk walk) =>
        "Publish this record instead, as soon as the DMARC reports show that all of your own mail passes:\n" +
        (walk.Policy is { Record: { } record } step
            ? ZoneLine.Text($"_dmarc.{step.Domain}", TagList.Parse(TagList.Parse(
                record.With("p", "quarantine")).Without("t")).Without("pct"))
            : ZoneLine.Text($"_dmarc.{walk.Domain}", "v=DMARC1; p=quarantine"));

    private static bool IsHttps(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;
}
