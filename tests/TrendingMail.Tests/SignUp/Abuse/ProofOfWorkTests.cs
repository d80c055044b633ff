using System.Globalization;
using TrendingMail.SignUp.Abuse;

namespace TrendingMail.Tests.SignUp.Abuse;

public sealed class ProofOfWorkTests
{
    private const int Bits = 8;

    [Fact]
    public void AComputedProofIsValid() => Assert.True(ProofOfWork.IsValid("token", "ada@example.net", Solve(), Bits));

    [Fact]
    public void AProofIsBoundToOneAddressAndOneToken()
    {
        // One in 256 is valid by chance, so not all of the others can be.
        var number = Solve();
        var others = Enumerable.Range(0, 10)
            .Select(i => ProofOfWork.IsValid("token", $"bo{i}@example.net", number, Bits))
            .Concat(Enumerable.Range(0, 10)
                .Select(i => ProofOfWork.IsValid($"token{i}", "ada@example.net", number, Bits)));

        Assert.Contains(false, others);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("123456789012345678901")]
    public void AMissingOrMalformedProofIsInvalid(string? number) =>
        Assert.False(ProofOfWork.IsValid("token", "ada@example.net", number, 1));

    [Fact]
    public void NoProofIsNeededWhenNoneIsRequired() => Assert.True(ProofOfWork.IsValid("", "ada@example.net", null, 0));

    private static string Solve() => Enumerable.Range(0, int.MaxValue)
        .Select(number => number.ToString(CultureInfo.InvariantCulture))
        .First(number => ProofOfWork.IsValid("token", "ada@example.net", number, Bits));
}
