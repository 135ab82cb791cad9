using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Millrace.Gateway.Settings;

namespace Millrace.Gateway.Access;

/// <summary>Who may call, and from where.</summary>
internal static class AccessServices
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<UnknownKeys>().AddSingleton<KeyRing>().AddSingleton<KeyLimits>().AddSingleton<OpenCalls>();
        services.AddSingleton<KeyRule>().AddHostedService(provider => provider.GetRequiredService<KeyRule>());
        services.AddOptions<CorsOptions>().Configure<IOptions<GatewayOptions>>((cors, gateway) => cors.AddDefaultPolicy(policy => Allow(policy, gateway.Value.AllowedOrigins)));
        return services.AddCors();
    }

    /// <summary>Behind the routing. What a browser asks beforehand is answered without a key: it sends none then.</summary>
    public static void UseAccess(this IApplicationBuilder app)
    {
        app.Use((http, next) =>
        {
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.XContentTypeOptions = "nosniff";
                http.Response.Headers.XFrameOptions = "DENY"; // nobody clicks here through a page of somebody else's
                http.Response.Headers.ContentSecurityPolicy = "frame-ancestors 'none'";
                return Task.CompletedTask;
            });
            return next(http);
        });
        app.UseCors();
        app.UseMiddleware<ApiKeyMiddleware>();
        app.Use(PlainQuery.CheckAsync);
        app.UseMiddleware<TooLargeBody>();
    }

    /// <summary>No credentials: keys are sent by the page itself, and cookies mean nothing here.</summary>
    private static void Allow(CorsPolicyBuilder policy, IList<string> origins) => (origins.Contains("*") ? policy.AllowAnyOrigin() : policy.WithOrigins([.. origins]))
        .AllowAnyMethod().AllowAnyHeader().WithExposedHeaders(["Location", "Retry-After", .. LimitHeaders.Names]).SetPreflightMaxAge(TimeSpan.FromMinutes(10));
}
