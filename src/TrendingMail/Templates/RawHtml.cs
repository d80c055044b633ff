namespace TrendingMail.Templates;

/// <summary>HTML that a template writes unescaped. Everything else is encoded.</summary>
public sealed record RawHtml(string Html)
{
    public override string ToString() => Html;
}
