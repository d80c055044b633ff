namespace TrendingMail.Papers.Latex;

/// <summary>Prose: dashes, quotes, ties, URLs and paths.</summary>
internal sealed partial class LatexScanner
{
    /// <summary>A tie between words is a space; <c>~50%</c>, <c>5~10</c> and <c>~/bin</c> keep their tilde.</summary>
    private int Tie(int position, int end)
    {
        int next = EndOfRun(position, end);
        char before = position > 0 ? source[position - 1] : ' ';
        char after = next < end ? source[next] : ' ';
        bool isRange = char.IsAsciiDigit(before) && char.IsAsciiDigit(after);
        bool joins = !" ([{<>=\"'`“‘/~".Contains(before) && after is not (' ' or '/') && !isRange;
        if (joins)
            Emit(' ');
        else
            Emit(source.AsSpan(position, next - position));
        return next;
    }

    private int Dashes(int position, int end)
    {
        int next = EndOfRun(position, end);
        char before = position > 0 ? source[position - 1] : ' ';
        char after = next < end ? source[next] : ' ';

        // "--verbose" is an option and "<!--" a comment; both keep their hyphens.
        bool isOption = " ([\"'`“‘".Contains(before) && char.IsAsciiLetter(after);
        bool isMarkup = before is '<' or '!' || after == '>';
        switch (next - position)
        {
            case 2 when !isOption && !isMarkup:
                Emit('–');
                break;
            case 3 when !isMarkup:
                Emit('—');
                break;
            default:
                Emit(source.AsSpan(position, next - position));
                break;
        }

        return next;
    }

    private int Quote(int position, int end)
    {
        // Backticks are read as a whole run; of the other quotes two characters suffice.
        char character = source[position];
        int next = EndOfRun(position, character == '`' ? end : Math.Min(end, position + 2));
        int count = next - position;

        // Authors close ``x with '' or, as often, with a plain double quote.
        if (quoteOpen && (character == '"' || (character == '\'' && count >= 2) || IsClosingBackticks()))
        {
            quoteOpen = false;
            Emit('”');
            return position + (character == '"' ? 1 : 2);
        }

        if (character == '`' && count == 2 && next < end && source[next] != ' ')
        {
            quoteOpen = true;
            Emit('“');
            return next;
        }

        if (position == singleQuoteEnd)
        {
            Emit('’');
            return position + 1;
        }

        if (character == '`' && count == 1 && !IsAfter(position, char.IsLetterOrDigit)
            && FindSingleQuoteEnd(next, end) is >= 0 and var close)
        {
            singleQuoteEnd = close;
            Emit('‘');
            return next;
        }

        // Emit an unmatched quote alone: the next in its run may be a closing quote.
        int length = character == '`' ? count : 1;
        Emit(source.AsSpan(position, length));
        return position + length;

        bool IsClosingBackticks() => character == '`' && count == 2 && !IsAfter(position, c => c == ' ');
    }

    /// <summary>The apostrophe that closes a nearby <c>`word'</c>; Markdown's <c>`code`</c> has none.</summary>
    private int FindSingleQuoteEnd(int start, int end)
    {
        int limit = Math.Min(end, start + QuoteWindow);
        for (int i = start; i < limit && source[i] != '`'; i++)
        {
            bool isFollowed = i + 1 < end && (char.IsLetterOrDigit(source[i + 1]) || source[i + 1] == '\'');
            if (source[i] == '\'' && i > start && !isFollowed)
                return i;
        }

        return -1;
    }

    private bool IsWebAddress(int position, int end)
    {
        if (IsAfter(position, char.IsLetterOrDigit))
            return false;

        ReadOnlySpan<char> rest = source.AsSpan(position, end - position);
        return rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("www.", StringComparison.Ordinal);
    }

    private int WebAddress(int position, int end)
    {
        int next = position;
        while (next < end && !" <>\"{}`“”$".Contains(source[next]))
        {
            if (source[next] == '\'' && next + 1 < end && source[next + 1] == '\'')
                break;
            if (source[next] == '\\' && !IsAddressEscape(next, end))
                break;
            next += source[next] == '\\' ? 2 : 1;
        }

        EmitAddress(position, next);
        return AddressLabel(position, next, end);
    }

    /// <summary>
    /// The remnant of <c>\href{url}{label}</c> from which a source stripped the command: <c>url{label}</c>. URL
    /// templates such as <c>/users/{id}/papers</c> are not of that form.
    /// </summary>
    private int AddressLabel(int start, int position, int end)
    {
        if (position >= end || source[position] != '{' || FindCloser(position, end) is not (>= 0 and var close))
            return position;

        bool endsThere = close + 1 == end || " .,;:)$".Contains(source[close + 1]);
        if (source[position - 1] is '=' or '&' || !endsThere)
            return position;

        ReadOnlySpan<char> address = source.AsSpan(start, position - start);
        ReadOnlySpan<char> label = source.AsSpan(position + 1, close - position - 1).TrimEnd('.');
        if (label.IsEmpty || label.TrimEnd('/').SequenceEqual(address.TrimEnd('/'))
            || address.EndsWith(label, StringComparison.Ordinal))
            return close + 1;
        if (address[^1] == '/' && !IsLinkText(label))
            return position;

        Emit(" (");
        Convert(position + 1, close, isMath: false);
        Emit(')');
        return close + 1;
    }

    /// <summary>Whether the braces after a slash hold the text of a link rather than a parameter.</summary>
    private static bool IsLinkText(ReadOnlySpan<char> label) =>
        char.IsAsciiLetterUpper(label[0]) || label.StartsWith("http", StringComparison.Ordinal) || label.Contains(' ')
        || label is "code" or "github" or "here" or "link" or "page" or "project" or "website";

    /// <summary>Writes a URL without the backslashes that LaTeX requires before some characters.</summary>
    private void EmitAddress(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (source[i] == '\\' && IsAddressEscape(i, end))
                i++;
            Emit(LatexText.Protect(source[i]));
        }
    }

    private bool IsAddressEscape(int position, int end) =>
        position + 1 < end && source[position + 1] is '_' or '%' or '#' or '&' or '~' or '-';

    /// <summary><c>C:\data\alpha</c>: a path whose components may look like commands.</summary>
    private bool IsDrivePath(int position, int end)
    {
        bool isDrive = position + 1 < end && source[position + 1] == '\\'
            && IsAfter(position, char.IsAsciiLetter)
            && (position == 1 || !char.IsLetterOrDigit(source[position - 2]));
        return isDrive && !source.AsSpan(position, EndOfPath(position, end) - position).ContainsAny('{', '$');
    }

    private int EndOfPath(int position, int end)
    {
        end = Math.Min(end, position + PathWindow);
        while (position < end && source[position] != ' ')
            position++;
        return position;
    }

    private int Verbatim(int start, int end)
    {
        for (int i = start; i < end; i++)
            Emit(LatexText.Protect(source[i]));
        return end;
    }
}
