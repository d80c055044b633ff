using System.Globalization;
using System.Reflection;

namespace TrendingMail.Configuration;

/// <summary>
/// The values that a numeric setting accepts. <see cref="Validate"/> checks them, and docs/configuration.md lists them.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AcceptedRangeAttribute(double minimum, double maximum = double.PositiveInfinity) : Attribute
{
    public double Minimum { get; } = minimum;

    public double Maximum { get; } = maximum;

    /// <summary>What the minimum means, such as <c>no limit</c>.</summary>
    public string? MinimumMeans { get; init; }

    /// <summary>What 0, which is accepted besides the range, is for, such as <c>to keep forever</c>.</summary>
    public string? OrZero { get; init; }

    /// <summary>A typical value and its effect, such as <c>16 for about a second</c>.</summary>
    public string? Example { get; init; }

    /// <summary>Returns one line per setting of a section that is out of its range.</summary>
    /// <param name="key">The section's key.</param>
    /// <param name="options">The section's options record.</param>
    public static IEnumerable<string> Validate(string key, object options) =>
        from property in options.GetType().GetProperties()
        let range = property.GetCustomAttribute<AcceptedRangeAttribute>()
        where range is not null
        let value = property.GetValue(options)
        where !range.Accepts(Convert.ToDouble(value, CultureInfo.InvariantCulture))
        select $"{key}:{property.Name} is {value}; give {range}.";

    /// <summary>Describes the range, for messages and the documentation.</summary>
    public override string ToString() => string.Concat(
        Format(Minimum),
        MinimumMeans is null ? "" : $" ({MinimumMeans})",
        double.IsInfinity(Maximum) ? " or more" : $" to {Format(Maximum)}",
        OrZero is null ? "" : $", or 0 {OrZero}",
        Example is null ? "" : $", {Example}");

    private bool Accepts(double value) =>
        (value >= Minimum && value <= Maximum) || (value == 0 && OrZero is not null);

    private static string Format(double number) => number.ToString(CultureInfo.InvariantCulture);
}
