using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TrendingMail.Tests.Configuration;

/// <summary>Reads the doc comments that the compiler writes beside each assembly, as Markdown.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> members;

    private DocComments(Dictionary<string, XElement> members) => this.members = members;

    public static DocComments Load(params Assembly[] assemblies) => new(assemblies
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
        // The helpers of generated regular expressions have the same name in each assembly.
        .DistinctBy(member => member.Attribute("name")!.Value)
        .ToDictionary(member => member.Attribute("name")!.Value));

    public string Summary(Type type) => Read($"T:{type.FullName}", "summary");

    public string Summary(MemberInfo member) => Read(Id(member), "summary");

    /// <summary>The content of the value element: what the property accepts.</summary>
    public string Value(MemberInfo member) => Read(Id(member), "value");

    private static string Id(MemberInfo member) =>
        $"{(member is PropertyInfo ? 'P' : 'F')}:{member.DeclaringType!.FullName}.{member.Name}";

    private string Read(string id, string element) =>
        members.GetValueOrDefault(id)?.Element(element) is { } found
            ? Space().Replace(string.Concat(found.Nodes().Select(Format)), " ").Trim()
            : "";

    private static string Format(XNode node) => node switch
    {
        XElement { Name.LocalName: "see" } see => $"`{Referent(see.Attribute("cref")!.Value)}`",
        XElement code => $"`{code.Value}`",
        _ => ((XText)node).Value,
    };

    /// <summary>The value of a constant, otherwise the name.</summary>
    private static string Referent(string cref)
    {
        var name = cref[(cref.LastIndexOf('.') + 1)..];
        var type = cref[2..^(name.Length + 1)];
        var field = cref[0] == 'F' ? typeof(TrendingMailException).Assembly.GetType(type)?.GetField(name) : null;
        return field is { IsLiteral: true } ? $"{field.GetRawConstantValue()}" : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
