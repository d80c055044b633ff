namespace TrendingMail.Rendering;

/// <summary>Text that is HTML already and is written as it is. Everything else is encoded.</summary>
public sealed record RawHtml(string Html)
{
    public override string ToString() => Html;
}
