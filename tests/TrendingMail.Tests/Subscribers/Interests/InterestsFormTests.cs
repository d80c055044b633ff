using TrendingMail.Subscribers.Interests;

namespace TrendingMail.Tests.Subscribers.Interests;

public sealed class InterestsFormTests
{
    [Theory]
    [InlineData(InterestKind.Keyword, "text to speech")]
    [InlineData(InterestKind.Category, "cs.CL")]
    public void AFieldNameIdentifiesItsInterest(InterestKind kind, string value)
    {
        var interest = Interest.Create(kind, value)!;
        var fields = new Dictionary<string, string?> { [InterestsForm.GetFieldName(interest)] = "mute" };

        var form = InterestsForm.Read(fields.Keys, fields.GetValueOrDefault);

        Assert.Equal(-1, Assert.Single(form.Apply([interest], out _)).Weight);
    }

    [Theory]
    [InlineData("interest.keyword.lamps", "learned")]
    [InlineData("interest.planet.lamps", "mute")]
    [InlineData("interest.keyword", "mute")]
    [InlineData("lamps", "mute")]
    public void OtherFieldsChangeNoInterest(string name, string value)
    {
        var form = InterestsForm.Read([name], _ => value) with { Value = "" };

        Assert.Empty(form.Edits);
    }

    [Fact]
    public void AnEditOfAnInterestThatIsGoneHasNoEffect()
    {
        var form = InterestsForm.Empty with
        {
            Edits =
            [new InterestEdit(InterestKind.Author, "ada", InterestChoice.Follow)]
        };

        Assert.Empty(form.Apply([], out var error));
        Assert.Null(error);
    }
}
