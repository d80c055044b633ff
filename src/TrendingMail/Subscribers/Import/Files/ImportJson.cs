using System.Text.Json.Serialization;

namespace TrendingMail.Subscribers.Import.Files;

/// <summary>The JSON format of the list fields that hold several values.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImportedInterest[]))]
[JsonSerializable(typeof(ImportedConsent[]))]
internal sealed partial class ImportJson : JsonSerializerContext;

internal sealed record ImportedInterest
{
    public string? Kind { get; init; }

    public string? Value { get; init; }

    public double? Weight { get; init; }
}

internal sealed record ImportedConsent
{
    public string? Kind { get; init; }

    public string? At { get; init; }

    public string? Origin { get; init; }

    public string? Network { get; init; }

    public string? Text { get; init; }
}
