using System.Text.Json;

namespace Millrace.Providers.Models;

/// <summary>The table that ships, <c>known-models.json</c>: data, so that a new model is a line of data.</summary>
internal static class KnownModels
{
    /// <summary>The first match of a name is its best.</summary>
    public static IReadOnlyList<KnownModel> All { get; } = ModelName.Sort(Read(), model => model.Name);

    /// <summary>By the whole name, else by what follows its last slash: hubs put the maker before it (<c>meta-llama/Llama-3.1-8B</c>).</summary>
    public static KnownModel? Find(string model)
    {
        var bare = model[(model.LastIndexOf('/') + 1)..];
        return All.FirstOrDefault(known => known.Name.Matches(model)) ?? All.FirstOrDefault(known => known.Name.Matches(bare));
    }

    private static IEnumerable<KnownModel> Read()
    {
        using var resource = typeof(KnownModels).Assembly.GetManifestResourceStream("known-models.json")!;
        var table = JsonSerializer.Deserialize<Table>(resource, JsonSerializerOptions.Web)!;
        return [.. from @group in table.Groups
                   from model in @group.Models
                   select new KnownModel(ModelName.Parse(model.Name), new(model.Context, model.Output, Known: true)
                   {
                       MaxInputTokens = model.Input,
                       TokenRatio = @group.TokenRatio,
                       ImageTokens = @group.ImageTokens,
                       Abilities = Abilities(model),
                       Listed = true,
                   })];
    }

    private static ModelAbilities Abilities(Model model) => new()
    {
        Vision = model.Vision,
        Tools = model.Tools,
        JsonMode = model.Json switch { "schema" or "mode" => true, "none" => false, _ => null },
        JsonSchema = model.Json switch { "schema" => true, "mode" or "none" => false, _ => null },
    };

    private sealed record Table(IReadOnlyList<Group> Groups);

    private sealed record Group(double TokenRatio, IReadOnlyList<Model> Models, int ImageTokens = 1600);

    private sealed record Model(string Name, int Context, int? Input, int? Output, bool? Vision, bool? Tools, string? Json);
}
