using NodaTime;
using NodaTime.TimeZones;
using TrendingMail.Subscribers;
using TrendingMail.Subscribers.Schedules;

namespace TrendingMail.Tests.Subscribers.Schedules;

/// <summary>
/// Compares due times with NodaTime and its own copy of the IANA database, for every zone over ten years. Times for
/// which this machine's database and NodaTime's differ (they are different releases) are skipped and counted.
/// </summary>
public sealed class DueTimeOracleTests
{
    private static readonly Instant From = Instant.FromUtc(2024, 1, 1, 0, 0);

    private static readonly Instant To = Instant.FromUtc(2034, 1, 1, 0, 0);

    /// <summary>
    /// Maps an ambiguous local time to its first occurrence, and a skipped one to the end of the gap.
    /// </summary>
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    [Fact]
    public void EveryZoneAgreesWithNodaTimeAroundEachOffsetChangeInTenYears()
    {
        int zones = 0, compared = 0, skipped = 0;
        foreach (var (id, zone, ours) in Zones())
        {
            zones++;
            var differences = Differences(zone, ours);
            foreach (var change in zone.GetZoneIntervals(From, To).Where(i => i.HasStart && i.Start > From)
                .Select(i => i.Start))
            {
                // Times before, in and after the gap or overlap, and an unrelated one.
                var local = change.InZone(zone).LocalDateTime;
                foreach (var minutes in (int[])[-90, -60, -59, -31, -30, -1, 0, 1, 29, 30, 59, 60, 90, 400])
                {
                    var time = local.PlusMinutes(minutes).TimeOfDay;
                    foreach (var after in (Duration[])[Duration.FromHours(-30), Duration.FromHours(-2),
                        Duration.FromMinutes(-1), Duration.Zero, Duration.FromMinutes(45)])
                    {
                        Compare(id, zone, differences, time, change + after, ref compared, ref skipped);
                    }
                }
            }
        }

        Assert.True(zones > 400, $"only {zones} zones");
        Assert.True(compared > 100_000, $"only {compared} times");
        Assert.True(skipped < compared / 20, $"{skipped} of {compared} times skipped because the rules differ");
    }

    [Fact]
    public void EveryZoneAgreesWithNodaTimeAtRandomTimesWeekdaysAndPauses()
    {
        int compared = 0, skipped = 0;
        var random = new Random(20261125);
        foreach (var (id, zone, ours) in Zones())
        {
            var differences = Differences(zone, ours);
            for (var i = 0; i < 150; i++)
            {
                var after = From + Duration.FromMinutes(random.NextInt64((long)(To - From).TotalMinutes));
                Compare(id, zone, differences, new LocalTime(random.Next(24), random.Next(60)), after, ref compared,
                    ref skipped, random);
            }
        }

        Assert.True(compared > 50_000, $"only {compared} times");
        Assert.True(skipped < compared / 20, $"{skipped} of {compared} times skipped because the rules differ");
    }

    [Theory]
    [InlineData("2028-02-28T12:00:00Z", "2028-02-29T07:00:00Z")]
    [InlineData("2027-02-28T12:00:00Z", "2027-03-01T07:00:00Z")]
    public void ALeapDayIsADayLikeAnyOther(string after, string due) => Assert.Equal(
        DateTimeOffset.Parse(due, null),
        DueTime.Next(new Preferences().Schedule, null, DateTimeOffset.Parse(after, null)));

    [Fact]
    public void ANewTimeZoneChangesTheDueTime()
    {
        var after = new DateTimeOffset(2026, 11, 25, 5, 0, 0, TimeSpan.Zero);

        Assert.Equal(
            after.AddHours(1), DueTime.Next(new Preferences { TimeZone = "Europe/Berlin" }.Schedule, null, after));
        Assert.Equal(
            after.AddHours(17), DueTime.Next(new Preferences { TimeZone = "Asia/Tokyo" }.Schedule, null, after));
    }

    private static void Compare(
        string id, DateTimeZone zone, List<Instant> differences, LocalTime time, Instant after,
        ref int compared, ref int skipped,
        Random? random = null)
    {
        time = new LocalTime(time.Hour, time.Minute);
        var frequency = random is null ? Frequency.Daily : (Frequency)random.Next(3);
        var weekday = (DayOfWeek)(random?.Next(7) ?? 1);
        var pause = random?.Next(4) == 0 ? after.InZone(zone).Date.PlusDays(random.Next(-2, 30)) : (LocalDate?)null;
        if (differences.Any(at => at > after - Duration.FromDays(6) && at < after + Duration.FromDays(45)))
        {
            skipped++;
            return;
        }

        var expected = Expected(zone, time, frequency, weekday, pause, after);
        var found = DueTime.Next(
            new SendSchedule(frequency, weekday, time.ToTimeOnly(), id), pause?.ToDateOnly(), after.ToDateTimeOffset());
        compared++;
        Assert.True(expected.ToDateTimeOffset() == found,
            $"{id} {time} {frequency} {weekday} pause {pause} after {after}: expected {expected}, but was {found:u}");
    }

    private static Instant Expected(
        DateTimeZone zone, LocalTime time, Frequency frequency, DayOfWeek weekday, LocalDate? pause, Instant after)
    {
        var day = after.InZone(zone).Date;
        if (pause > day)
        {
            day = pause.Value;
        }

        for (; ; day = day.PlusDays(1))
        {
            var isDay = frequency switch
            {
                Frequency.Weekdays => day.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday),
                Frequency.Weekly => (int)day.DayOfWeek % 7 == (int)weekday,
                _ => true,
            };
            if (isDay && zone.ResolveLocal(day + time, Resolver).ToInstant() is var due && due > after)
            {
                return due;
            }
        }
    }

    /// <summary>
    /// Finds instants at which the two databases differ, by sampling every five days and within three hours of each
    /// offset change. When this was written, they differed for thirteen zones.
    /// </summary>
    private static List<Instant> Differences(DateTimeZone zone, TimeZoneInfo ours)
    {
        var changes = zone.GetZoneIntervals(From, To).Where(i => i.HasStart && i.Start > From)
            .SelectMany(i => Enumerable.Range(-6, 13).SelectMany(half => (Instant[])
                [i.Start + Duration.FromMinutes(30 * half), i.Start + Duration.FromMinutes((30 * half) - 1)]));
        var grid = Enumerable.Range(0, 740).Select(n => From + Duration.FromDays(5 * n));
        return [.. changes.Concat(grid)
            .Where(at => zone.GetUtcOffset(at).ToTimeSpan() != ours.GetUtcOffset(at.ToDateTimeOffset()))];
    }

    private static IEnumerable<(string Id, DateTimeZone Zone, TimeZoneInfo Ours)> Zones()
    {
        foreach (var id in TzdbDateTimeZoneSource.Default.GetIds())
        {
            if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var ours))
            {
                yield return (id, DateTimeZoneProviders.Tzdb[id], ours);
            }
        }
    }
}
