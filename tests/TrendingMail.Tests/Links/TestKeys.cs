using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using TrendingMail.Links;

namespace TrendingMail.Tests.Links;

/// <summary>Key rings with deterministic secrets: every byte of a key's secret is its id.</summary>
public static class TestKeys
{
    public static KeyRing Ring(params ushort[] ids)
    {
        using var folder = new TemporaryFolder();
        return KeyRing.Open(folder.Write("keys.json", Json(ids)), new FakeTimeProvider());
    }

    public static string Json(params ushort[] ids) => JsonSerializer.Serialize(
        ids.Select(id => new LinkKey(id, DateTimeOffset.UnixEpoch, [.. Enumerable.Repeat((byte)id, 32)])),
        JsonSerializerOptions.Web);
}
