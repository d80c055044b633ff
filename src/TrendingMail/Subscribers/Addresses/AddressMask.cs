using System.Globalization;

namespace TrendingMail.Subscribers.Addresses;

/// <summary>Masks two addresses that are shown together.</summary>
public static class AddressMask
{
    /// <summary>
    /// Masks two addresses as <see cref="EmailAddress.Mask"/> does, with as many more characters as tell them apart:
    /// the beginning up to the first difference or, where one begins with the other, the end.
    /// </summary>
    public static (string First, string Second) Distinguish(string first, string second)
    {
        var (maskedFirst, maskedSecond) = (EmailAddress.Mask(first), EmailAddress.Mask(second));
        if (maskedFirst != maskedSecond || first == second)
        {
            return (maskedFirst, maskedSecond);
        }

        var (local1, local2) = (SplitLocal(first), SplitLocal(second));
        var domain = first[first.LastIndexOf('@')..];
        var shortest = Math.Min(local1.Length, local2.Length);
        var start = CommonLength(local1, local2);
        if (start < shortest)
        {
            var shown = start + 1;
            return ($"{string.Concat(local1[..shown])}…{domain}", $"{string.Concat(local2[..shown])}…{domain}");
        }

        var end = CommonLength([.. local1.Reverse()], [.. local2.Reverse()]);
        return end < shortest
            ? ($"…{string.Concat(local1[^(end + 1)..])}{domain}", $"…{string.Concat(local2[^(end + 1)..])}{domain}")
            : (CountHidden(local1) + domain, CountHidden(local2) + domain);
    }

    private static string[] SplitLocal(string address)
    {
        var elements = StringInfo.GetTextElementEnumerator(address[..address.LastIndexOf('@')]);
        var characters = new List<string>();
        while (elements.MoveNext())
        {
            characters.Add(elements.GetTextElement());
        }

        return [.. characters];
    }

    private static int CommonLength(string[] first, string[] second) =>
        first.Zip(second).TakeWhile(pair => pair.First == pair.Second).Count();

    /// <summary>For "aa" and "aaa", which differ in nothing but their length.</summary>
    private static string CountHidden(string[] local) => local[0] + new string('•', local.Length - 1);
}
