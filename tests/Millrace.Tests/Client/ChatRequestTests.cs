using System.Text.Json;
using Microsoft.Extensions.AI;
using Millrace.Client;
using Millrace.Client.Chat;
using Millrace.Contracts;
using Effort = Microsoft.Extensions.AI.ReasoningEffort;

namespace Millrace.Tests.Client;

/// <summary>How a chat call becomes a request.</summary>
public sealed class ChatRequestTests
{
    private static readonly Guid Id = Guid.NewGuid();

    [Fact]
    public void Messages_keep_their_order_roles_and_exact_text()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.System, " Be brief. "),
            new(ChatRole.User, [new TextContent("Hello, "), new TextContent("you.\n")]),
            new(ChatRole.Assistant, [new TextReasoningContent("Hm."), new TextContent("Hi.")]),
            new(ChatRole.Assistant, [new TextReasoningContent("Only this.")]),
            new(ChatRole.User, "Again?"),
        ];

        var request = ChatRequests.From(Id, messages, null, "openai/gpt-4o-mini");

        PromptMessage[] expected =
        [
            new(MessageRole.System, " Be brief. "),
            new(MessageRole.User, "Hello, you.\n"),
            new(MessageRole.Assistant, "Hi.") { Reasoning = "Hm." },
            new(MessageRole.User, "Again?"),
        ];
        Assert.Equal(expected, request.Messages);
        Assert.Equal((Id, "openai/gpt-4o-mini"), (request.GenerationId, request.Model));
        Assert.Null(request.Options);
    }

    [Fact]
    public void Data_and_addresses_travel_as_attachments()
    {
        var data = new DataContent(new byte[] { 1, 2 }, "image/png") { Name = "a.png" };
        ChatMessage[] messages = [new(ChatRole.User, [new TextContent("What is it?"), data, new UriContent("https://example.com/a%20b", "image/*")])];

        var message = Assert.Single(ChatRequests.From(Id, messages, null, null).Messages!);

        Assert.Equal("What is it?", message.Text);
        Assert.Equal(("image/png", "a.png"), (message.Attachments![0].MediaType, message.Attachments[0].Name));
        Assert.Equal([1, 2], message.Attachments[0].Data!.Value.ToArray());
        Assert.Equal(new Attachment { Url = "https://example.com/a%20b" }, message.Attachments[1]);
    }

    [Fact]
    public void Options_travel()
    {
        var session = Guid.NewGuid();
        using var schema = JsonDocument.Parse("""{"type":"object"}""");

        var request = ChatRequests.From(
            Id,
            [new(ChatRole.User, "x")],
            new ChatOptions
            {
                Temperature = 0.7f,
                TopP = 0.9f,
                TopK = 5,
                MaxOutputTokens = 100,
                StopSequences = ["END"],
                Seed = 42,
                FrequencyPenalty = 0.1f,
                PresencePenalty = -0.2f,
                ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement),
                Reasoning = new ReasoningOptions { Effort = Effort.ExtraHigh },
                ModelId = "ollama/llama",
                Instructions = "Be brief.",
                ConversationId = session.ToString(),
            },
            "openai/gpt-4o-mini");

        var options = request.Options!;
        Assert.Equal((0.7, 0.9, 5, 100, 42L), (options.Temperature, options.TopP, options.TopK, options.MaxOutputTokens, options.Seed));
        Assert.Equal((0.1, -0.2), (options.FrequencyPenalty, options.PresencePenalty));
        Assert.Equal(["END"], options.Stop!);
        Assert.Equal((ResponseFormat.Json, Millrace.Contracts.ReasoningEffort.XHigh), (options.ResponseFormat, options.ReasoningEffort));
        Assert.Equal("""{"type":"object"}""", options.JsonSchema!.Value.GetRawText());
        Assert.Equal(("ollama/llama", "Be brief.", session), (request.Model, request.SystemPrompt, request.SessionId));
    }

    [Fact]
    public void Tools_are_named_and_their_calls_and_results_are_messages()
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "The weather?"),
            new(ChatRole.Assistant, [new TextContent("Let me see."), new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["city"] = "Oslo" }), new FunctionCallContent("2", "clock")]),
            new(ChatRole.Tool, [new FunctionResultContent("1", new { degrees = 3 }), new FunctionResultContent("2", null) { Exception = new InvalidOperationException("It stands.") }]),
        ];

        var request = ChatRequests.From(Id, messages, new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "weather")], ToolMode = ChatToolMode.RequireSpecific("weather") }, null);

        Assert.Equal(["weather"], request.Tools!);
        Assert.Equal("weather", request.Options!.ToolChoice);
        Assert.Equal("Let me see.", request.Messages![1].Text);
        Assert.Equal([new ToolCall("1", "weather", """{"city":"Oslo"}"""), new ToolCall("2", "clock", "{}")], request.Messages[1].ToolCalls!);
        Assert.Equal((MessageRole.Tool, ""), (request.Messages[2].Role, request.Messages[2].Text));
        Assert.Equal([new ToolResult("1", """{"degrees":3}"""), new ToolResult("2", "It stands.", IsError: true)], request.Messages[2].ToolResults!);
    }

    [Fact]
    public void A_function_that_the_caller_runs_travels_with_its_definition_and_not_by_name()
    {
        var schema = JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""");
        var declared = AIFunctionFactory.CreateDeclaration("declared", null, schema).AsCallerTool();
        var own = AIFunctionFactory.Create((string what) => what, new AIFunctionFactoryOptions
        {
            Name = "own",
            Description = "Looks here.",
            AdditionalProperties = new Dictionary<string, object?> { ["strict"] = true },
        }).AsCallerTool();

        var request = ChatRequests.From(
            Id, [new(ChatRole.User, "x")],
            new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "fleets"), own.AsCallerTool(), declared, new ApprovalRequiredAIFunction(own)], AllowMultipleToolCalls = false }, null);

        Assert.Equal(["fleets"], request.Tools!);
        Assert.Equal([("own", "Looks here.", true), ("declared", null, null), ("own", "Looks here.", true)], request.CallerTools!.Select(tool => (tool.Name, tool.Description, tool.Strict)));
        Assert.Equal("string", request.CallerTools![0].Parameters!.Value.GetProperty("properties").GetProperty("what").GetProperty("type").GetString());
        Assert.Equal(schema.GetRawText(), request.CallerTools[1].Parameters!.Value.GetRawText());
        Assert.False(request.Options!.ParallelToolCalls);
        Assert.Null(ChatRequests.From(Id, [], new ChatOptions { Tools = [own] }, null).Tools);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("none")]
    [InlineData("required")]
    public void A_tool_mode_is_a_tool_choice(string choice)
    {
        ChatToolMode mode = choice == "auto" ? ChatToolMode.Auto : choice == "none" ? ChatToolMode.None : ChatToolMode.RequireAny;

        Assert.Equal(choice, ChatRequests.From(Id, [], new ChatOptions { ToolMode = mode }, null).Options!.ToolChoice);
    }

    [Fact]
    public void What_the_fleet_cannot_take_is_refused_by_name()
    {
        ChatMessage file = new(ChatRole.User, [new HostedFileContent("file-1")]);
        ChatMessage tool = new(ChatRole.Tool, "result");
        ChatMessage other = new(new ChatRole("critic"), "no");

        Assert.Contains("HostedFileContent", Refusal([file], null).Message, StringComparison.Ordinal);
        Assert.Contains("FunctionResultContent", Refusal([tool], null).Message, StringComparison.Ordinal);
        Assert.Contains("'critic'", Refusal([other], null).Message, StringComparison.Ordinal);
        Assert.Contains("HostedWebSearchTool", Refusal([], new ChatOptions { Tools = [new HostedWebSearchTool()] }).Message, StringComparison.Ordinal);
        Assert.Contains("Background", Refusal([], new ChatOptions { AllowBackgroundResponses = true }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ChatRequests.From(Id, [], new ChatOptions { ConversationId = "mine" }, null));
    }

    private static NotSupportedException Refusal(IEnumerable<ChatMessage> messages, ChatOptions? options) =>
        Assert.Throws<NotSupportedException>(() => ChatRequests.From(Id, messages, options, null));
}
