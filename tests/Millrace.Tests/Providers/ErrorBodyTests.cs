using System.Text;
using Millrace.Contracts;
using Millrace.Providers.Failures;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Tests.ScriptedProviders;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>Why a provider refused: its code, the parameter, and, where a setting lets them out, its words.</summary>
[Integration]
public sealed class ErrorBodyTests
{
    [Theory]
    [InlineData("""{"error":{"message":"Too high.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}""", "unsupported_value", "temperature", "Too high.")]
    [InlineData("""{"error":{"message":"No.","type":"invalid_request_error","param":"messages[2].content","code":null}}""", null, "messages.2.content", "No.")]
    [InlineData("""{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too large"}}""", null, null, "max_tokens: too large")]
    [InlineData("""{"error":"model requires more system memory"}""", null, null, "model requires more system memory")]
    [InlineData("""{"object":"error","message":"too long","type":"BadRequestError","param":"top_p","code":400}""", "400", "top_p", "too long")]
    [InlineData("""{"detail":[{"loc":["body","messages",0,"role"],"msg":"Input should be 'user'","type":"enum"}]}""", null, "messages.0.role", "Input should be 'user'")]
    [InlineData("""{"object":"error","message":{"detail":[{"loc":["body","n"],"msg":"no"}]},"type":"invalid_request_error","code":"1901"}""", "1901", "n", "no")]
    [InlineData("""[{"error":{"code":400,"message":"Invalid","status":"INVALID_ARGUMENT","details":[{"fieldViolations":[{"field":"contents[0].parts","description":"d"}]}]}}]""", "400", "contents.0.parts", "Invalid")]
    [InlineData("""{"detail":"Not authenticated"}""", null, null, "Not authenticated")]
    [InlineData("""{"error":{"message":"half \ud83d here"}}""", null, null, "half \uFFFD here")]
    [InlineData("""{"error":{"message":"two\nlines","param":"what the user wrote"}}""", null, null, "two lines")]
    [InlineData("""{"error":[],"param":7,"message":null,"detail":[]}""", null, null, null)]
    public async Task An_error_is_read_in_every_usual_shape(string json, string? code, string? param, string? message)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));

        var read = await ErrorBody.ReadAsync(content, TimeProvider.System, CancellationToken.None);

        Assert.Equal((code, param, message), (read.Code, read.Param, read.Message));
    }

    [Theory]
    [InlineData("None", null, false)]
    [InlineData("Log", "canary words", false)]
    [InlineData("Caller", "canary words", true)]
    public async Task A_setting_decides_where_the_providers_words_go(string setting, string? words, bool told)
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.Respond(call => call.Refuse(400, "unsupported_value", "canary words"));
        using var provider = server.Provider(Wire.OpenAI, options => options.ErrorMessages = Enum.Parse<ErrorMessages>(setting));

        var failure = await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());

        Assert.Equal((FailureReason.InvalidRequest, "unsupported_value", words), (failure.Reason, failure.Code, failure.ProviderMessage));
        Assert.Equal(told, failure.Message.Contains("It said: \"canary words\"", StringComparison.Ordinal));
        Assert.Equal(told, failure.Message.Contains("canary words", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Words_with_the_key_in_them_go_nowhere()
    {
        await using var server = await ScriptedProvider.StartAsync(Wire.OpenAI);
        server.Respond(call => call.Refuse(401, "invalid_api_key", $"Incorrect API key: {ProviderFixture.Key}"));
        using var provider = server.Provider(Wire.OpenAI, options => options.ErrorMessages = ErrorMessages.Caller);

        var failure = await Assert.ThrowsAsync<ProviderException>(() => provider.Ask().ReadAsync());

        Assert.Null(failure.ProviderMessage);
        Assert.DoesNotContain(ProviderFixture.Key, failure.ToString());
    }
}
