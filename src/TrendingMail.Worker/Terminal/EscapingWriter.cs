using System.Text;

namespace TrendingMail.Worker.Terminal;

/// <summary>
/// Escapes what is written to a terminal: see <see cref="TerminalText.Escape(string)"/>. Text without an end of line
/// may return to the start of its line, as progress bars do.
/// </summary>
internal sealed class EscapingWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) =>
        inner.Write(string.Join('\r', (value ?? "").Split('\r').Select(TerminalText.Escape)));

    public override void WriteLine(string? value) => inner.WriteLine(TerminalText.Escape(value ?? ""));

    public override void Flush() => inner.Flush();
}
