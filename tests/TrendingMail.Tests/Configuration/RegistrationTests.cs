using Microsoft.Extensions.DependencyInjection;
using TrendingMail.Storage;
using TrendingMail.Worker.Configuration;

namespace TrendingMail.Tests.Configuration;

public sealed class RegistrationTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite, "Data Source=papers.db")]
    [InlineData(DatabaseProvider.PostgreSql, "Host=192.0.2.1;Database=papers")]
    public void WhateverAServiceNeedsIsRegistered(DatabaseProvider provider, string connectionString)
    {
        var services = new ServiceCollection().AddLogging().AddTrendingMail(new Settings
        {
            Database = new DatabaseOptions { Provider = provider, ConnectionString = connectionString },
        });

        using var validated = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });

        Assert.NotNull(validated);
    }
}
