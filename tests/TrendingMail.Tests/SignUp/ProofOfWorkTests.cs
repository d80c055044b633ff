using System.Globalization;
using TrendingMail.SignUp;

namespace TrendingMail.Tests.SignUp;

public sealed class ProofOfWorkTests
{
    private const int Bits = 8;

    [Fact]
    public void ANumberThatWasLookedForHolds() => Assert.True(ProofOfWork.Holds("stamp", "ada@example.net", Find(), Bits));

    [Fact]
    public void TheWorkIsForOneAddressAndOneStamp()
    {
        // One in 256 holds by chance: of ten others, not all do.
        var number = Find();
        var others = Enumerable.Range(0, 10).Select(i => ProofOfWork.Holds("stamp", $"bo{i}@example.net", number, Bits))
            .Concat(Enumerable.Range(0, 10).Select(i => ProofOfWork.Holds($"stamp{i}", "ada@example.net", number, Bits)));

        Assert.Contains(false, others);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("123456789012345678901")]
    public void NoNumberAndNonsenseDoNotHold(string? number) =>
        Assert.False(ProofOfWork.Holds("stamp", "ada@example.net", number, 1));

    [Fact]
    public void WhereNoWorkIsAskedForNoneIsNeeded() => Assert.True(ProofOfWork.Holds("", "ada@example.net", null, 0));

    private static string Find() => Enumerable.Range(0, int.MaxValue)
        .Select(number => number.ToString(CultureInfo.InvariantCulture))
        .First(number => ProofOfWork.Holds("stamp", "ada@example.net", number, Bits));
}
