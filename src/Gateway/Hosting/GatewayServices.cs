using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Millrace.Client.RabbitMq.Abstractions;
using Millrace.Dialects.Bodies;
using Millrace.Gateway.Access;
using Millrace.Gateway.Documents;
using Millrace.Gateway.Errors;
using Millrace.Gateway.Native;
using Millrace.Gateway.OpenAI.Batches;
using Millrace.Gateway.OpenAI.Chat;
using Millrace.Gateway.OpenAI.Models;
using Millrace.Gateway.OpenAI.Responses;
using Millrace.Gateway.Quotas;
using Millrace.Gateway.Requests;
using Millrace.Gateway.Settings;
using Millrace.Gateway.Simple;
using Millrace.Gateway.Streams;
using Millrace.Gateway.Usage;
using Millrace.Gateway.Webhooks;

namespace Millrace.Gateway.Hosting;

/// <summary>The gateway in a host that has a client of the fleet and its database.</summary>
public static class GatewayServices
{
    public static IServiceCollection AddGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection(GatewayOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidation>();
        services.AddSingleton<IReplaySource, StoredReplays>();
        services.AddSingleton<GatewayShutdown>().AddSingleton<ModelNames>().AddSingleton<SessionIds>().AddSingleton<ChosenIds>().AddSingleton<RequestSubmitter>().AddSingleton<AnswerWaiter>();
        services.AddSingleton<EventStreamRelay>().AddSingleton<EndWaiter>().AddSingleton<ResponseStore>().AddSingleton<ItemReferences>().AddSingleton<ResponseCreation>();
        services.AddSingleton<FileUpload>().AddSingleton<BatchOutputs>();
        services.AddSingleton<TenantQuota>().AddSingleton<SessionRoom>().AddSingleton<IContentUploads, QuotaUploads>();
        services.AddAccess();
        services.AddWebhooks();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.DefaultIgnoreCondition = JsonBody.Options.DefaultIgnoreCondition;
            json.SerializerOptions.Encoder = JsonBody.Options.Encoder;
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict; // the documents say numbers
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // what cannot be read is answered by FaultAnswers
        services.AddDocuments();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<GatewayOptions>>((kestrel, gateway) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = gateway.Value.MaxBodyBytes;
        });
        return services.AddRouting();
    }

    /// <summary>Adds the routes, behind whatever the host has mapped itself.</summary>
    public static void MapGateway(this WebApplication app)
    {
        app.UseMiddleware<FaultAnswers>();
        app.UseRouting();
        app.UseAccess();
        var routes = app.MapGroup("").RequireAccess();
        routes.MapSimpleFace();
        var api = routes.MapGroup("/api");
        api.AddEndpointFilterFactory(KnownQuery.Check);
        api.MapGenerations();
        api.MapGenerationList();
        api.MapToolCalls();
        api.MapSessions();
        api.MapSessionOperations();
        api.MapMessages();
        api.MapSessionDocuments();
        api.MapBatchList();
        api.MapBatchLines();
        api.MapContents();
        api.MapFleet();
        api.MapUsage();
        api.MapWebhooks();
        var v1 = routes.MapGroup("/v1");
        v1.MapChat();
        v1.MapResponses();
        v1.MapModels();
        v1.MapFiles();
        v1.MapBatches();
        routes.MapDocuments();
    }
}
