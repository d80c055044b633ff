using System.Text.Json.Serialization;

namespace TrendingMail.Subscribers.Import;

/// <summary>How our own lists write the fields that hold several things.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ListedInterest[]))]
[JsonSerializable(typeof(ListedConsent[]))]
internal sealed partial class ListJson : JsonSerializerContext;

internal sealed record ListedInterest
{
    public string? Kind { get; init; }

    public string? Value { get; init; }

    public double? Weight { get; init; }
}

internal sealed record ListedConsent
{
    public string? Kind { get; init; }

    public string? At { get; init; }

    public string? Origin { get; init; }

    public string? Network { get; init; }

    public string? Text { get; init; }
}
