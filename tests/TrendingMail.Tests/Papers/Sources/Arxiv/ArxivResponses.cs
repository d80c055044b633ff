using System.Text;
using TrendingMail.Papers.Sources.Arxiv;

namespace TrendingMail.Tests.Papers.Sources.Arxiv;

/// <summary>Responses in arXiv's formats, with fictitious papers.</summary>
public static class ArxivResponses
{
    public static string Atom(int? total, params string[] entries) => $"""
        <?xml version='1.0' encoding='UTF-8'?>
        <feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
          <id>https://arxiv.org/api/x</id>
          <title>arXiv Query</title>
          <updated>2026-11-23T05:00:00Z</updated>
          {(total is null ? "" : $"<opensearch:totalResults>{total}</opensearch:totalResults>")}
          {string.Concat(entries)}
        </feed>
        """;

    public static string Entry(string id, string published = "2026-11-19T20:00:00Z", string more = "") => $"""
        <entry>
          <id>http://arxiv.org/abs/{id}</id>
          <title>Tides of
          {id}</title>
          <updated>{published}</updated>
          <link href="https://arxiv.org/abs/{id}" rel="alternate" type="text/html"/>
          <summary>  About {id}, with $x &lt; y$.
        </summary>
          <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
          <category term="stat.ML" scheme="http://arxiv.org/schemas/atom"/>
          <category term="68T05" scheme="http://arxiv.org/schemas/atom"/>
          <published>{published}</published>
          <arxiv:primary_category term="stat.ML"/>
          <author><name>Ada Quill</name><arxiv:affiliation>Harbour Lane</arxiv:affiliation></author>
          <author><name>Ben Ortiz</name></author>
          {more}
        </entry>
        """;

    public static string Rss(string pubDate, params string[] items) => $"""
        <?xml version='1.0' encoding='UTF-8'?>
        <rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
        <channel>
          <title>cs.LG updates on arXiv.org</title>
          <pubDate>{pubDate}</pubDate>
          <skipDays><day>Saturday</day><day>Sunday</day></skipDays>
          {string.Concat(items)}
        </channel>
        </rss>
        """;

    public static string Item(
        string id, string announce = "new", string creator = "Ada Quill, Ben Ortiz", string more = "") => $"""
        <item>
          <title>Tides of {id}</title>
          <link>https://arxiv.org/abs/{id[..id.LastIndexOf('v')]}</link>
          <description>arXiv:{id} Announce Type: {announce}
        Abstract: About {id}.</description>
          <guid isPermaLink="false">oai:arXiv.org:{id}</guid>
          <category>cs.LG</category>
          <category>cs.AI</category>
          <pubDate>Mon, 23 Nov 2026 00:00:00 -0500</pubDate>
          <arxiv:announce_type>{announce}</arxiv:announce_type>
          <dc:creator>{creator}</dc:creator>
          {more}
        </item>
        """;

    public static ArxivFeed Read(string xml) => ArxivFeed.Read(Encoding.UTF8.GetBytes(xml));
}
